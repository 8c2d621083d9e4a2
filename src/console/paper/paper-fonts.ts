import { markup } from '../../paper/node.ts'
import type { Paper } from '../../paper/paper.ts'

/** The console's own fonts for its papers: they come in slices, each with the characters it serves. */

interface Slice {
  rule: string
  urls: { written: string; absolute: string }[]
  serves: (codePoint: number) => boolean
}

function slices(): Slice[] {
  return [...document.styleSheets].flatMap((sheet) =>
    rulesOf(sheet)
      .filter((rule) => rule instanceof CSSFontFaceRule)
      .map((rule) => ({
        rule: rule.cssText,
        urls: [...rule.cssText.matchAll(/url\("?([^")]+)"?\)/g)].map(([written, address]) => ({
          written,
          absolute: new URL(address!, sheet.href ?? document.baseURI).href,
        })),
        serves: servedBy(rule.style.getPropertyValue('unicode-range')),
      })),
  )
}

/** None of a sheet of another origin. */
function rulesOf(sheet: CSSStyleSheet): CSSRule[] {
  try {
    return [...sheet.cssRules]
  } catch {
    return []
  }
}

function servedBy(range: string): Slice['serves'] {
  const spans = range
    .split(',')
    .map((span) => span.trim().replace(/^u\+/i, ''))
    .filter(Boolean)
    .map((span) => {
      const [from, to] = span.split('-')
      return [
        Number.parseInt(from!.replaceAll('?', '0'), 16),
        Number.parseInt((to ?? from!).replaceAll('?', 'f'), 16),
      ]
    })
  if (spans.length === 0) return () => true
  return (codePoint) => spans.some(([from, to]) => codePoint >= from! && codePoint <= to!)
}

/** For a frame of the console: the browser fetches what the paper needs. */
export const linkedFonts = () =>
  slices()
    .map(({ rule, urls }) =>
      urls.reduce((text, { written, absolute }) => text.replace(written, `url("${absolute}")`), rule),
    )
    .join('\n')

/** For a file: only the slices that the paper has characters of, inside the rules themselves. */
export async function embeddedFonts(paper: Paper): Promise<string> {
  const used = [...new Set(markup(paper.body) + paper.css)].map((character) => character.codePointAt(0)!)
  const needed = slices().filter(({ urls, serves }) => urls.length > 0 && used.some(serves))
  const rules = await Promise.all(
    needed.map(async ({ rule, urls }) => {
      let text = rule
      for (const { written, absolute } of urls)
        text = text.replace(written, `url("${await inlined(absolute)}")`)
      return text
    }),
  )
  return rules.join('\n')
}

async function inlined(url: string): Promise<string> {
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer())
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return `data:font/woff2;base64,${btoa(text)}`
}
