/** What can be read on a colour the station chose itself. */

function channel(value: number): number {
  const share = value / 255
  return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}

/** Relative luminance of `#rrggbb` (WCAG). */
function luminance(colour: string): number {
  const number = Number.parseInt(colour.slice(1), 16)
  const [red, green, blue] = [number >> 16, (number >> 8) & 255, number & 255]
  return 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue)
}

/** 1 to 21. */
export function contrast(one: string, other: string): number {
  const [bright, dim] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (bright + 0.05) / (dim + 0.05)
}

/** Black or white: one of the two has at least 4.58 : 1 on any colour. */
export function inkOn(colour: string): '#000000' | '#ffffff' {
  return contrast(colour, '#ffffff') >= 4.5 ? '#ffffff' : '#000000'
}
