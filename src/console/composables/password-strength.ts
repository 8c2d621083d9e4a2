export type Strength = 'short' | 'common' | 'weak' | 'fair' | 'good'

const common = [
  'password',
  'passw0rd',
  '12345678',
  '123456789',
  '1234567890',
  '87654321',
  '11111111',
  '88888888',
  '66666666',
  '00000000',
  'qwertyui',
  'qwerty123',
  'admin123',
  'a1234567',
  'abcd1234',
  'woaini1314',
  '1qaz2wsx',
  'police110',
  '110110110',
  'jingcha110',
]

const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^\p{L}\p{N}]/u, /[^\p{ASCII}]/u]

/** Only a hint beside the field; the rule itself (8 characters) is the core's. */
export function passwordStrength(password: string, user = ''): Strength {
  if (password.length < 8) return 'short'
  const plain = password.toLowerCase()
  const isRun = new Set(plain).size <= 3
  if (isRun || common.includes(plain) || (user.length > 1 && plain.includes(user.toLowerCase())))
    return 'common'
  const variety = kinds.filter((kind) => kind.test(password)).length
  const wide = /[^\p{ASCII}]/u.test(password) ? password.length * 1.8 : password.length
  const worth = wide + (variety - 1) * 2.5
  if (worth < 12) return 'weak'
  return worth < 16 ? 'fair' : 'good'
}
