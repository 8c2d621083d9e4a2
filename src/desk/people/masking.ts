/**
 * Rule 20: phone and ID numbers are masked on screen. The mask keeps the length of the text, so that places
 * found in the text are the same places in the masked one.
 */

/** 18 digits (or 17 and X) of a resident ID, GB 11643; or a mainland mobile number with optional separators. */
const idNumber =
  /(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dXx])/g
const mobile = /(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)/g

export function maskText(text: string): { text: string; masked: boolean } {
  if (!/\d{4}/.test(text)) return { text, masked: false }
  const hidden = text
    .replace(idNumber, (number) => number.slice(0, 6) + '*'.repeat(8) + number.slice(14))
    .replace(
      mobile,
      (number) => number.slice(0, 3) + number.slice(3, -4).replace(/\d/g, '*') + number.slice(-4),
    )
  return { text: hidden, masked: hidden !== text }
}

/** Any phone number of a resident's card, whatever its form: all but the first three and last two digits. */
export function maskPhone(phone: string): string {
  const { text, masked } = maskText(phone)
  if (masked) return text
  const shown = phone.length < 7 ? 1 : 3
  return [...phone]
    .map((char, at) => (/\d/.test(char) && at >= shown && at < phone.length - 2 ? '*' : char))
    .join('')
}
