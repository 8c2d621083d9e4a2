/** The code a person can print, read out and type: the first 100 bits of a root in Crockford base32. */

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LENGTH = 20

/** `FZE1-GKD3-8YK1-9QHE-AVA7`: 20 characters, 100 bits, in five groups of four. */
export function shortCode(root: Uint8Array): string {
  if (root.length < 13) throw new RangeError('a root has 32 bytes')
  let code = ''
  let bits = 0
  let held = 0
  for (const byte of root.subarray(0, 13)) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5 && code.length < LENGTH) {
      bits -= 5
      code += DIGITS[(held >> bits) & 31]
    }
    held &= (1 << bits) - 1
  }
  return group(code)
}

/**
 * A code as typed from paper, in its printed form: any case, any spaces or dashes, O for 0, I and L for 1.
 * Null where it is not a code.
 */
export function parseShortCode(typed: string): string | null {
  const code = typed
    .normalize('NFKC') // full-width digits and letters of a Chinese input method
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
  if (code.length !== LENGTH) return null
  for (const character of code) if (!DIGITS.includes(character)) return null
  return group(code)
}

/** True if a typed code is that of this root. */
export function codeMatches(typed: string, root: Uint8Array): boolean {
  return parseShortCode(typed) === shortCode(root)
}

function group(code: string): string {
  return code.match(/.{4}/g)!.join('-')
}
