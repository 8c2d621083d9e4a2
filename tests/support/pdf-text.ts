import { inflateSync } from 'node:zlib'

/** The text of each page of a PDF as Chromium writes them, in the order in which it is drawn. */
export function pdfPages(bytes: Uint8Array): string[] {
  const objects = objectsOf(Buffer.from(bytes))
  const dictionary = (id: number) => objects.get(id)?.dictionary ?? ''
  const fonts = new Map<number, Font>()
  const fontOf = (id: number): Font => {
    const known = fonts.get(id)
    if (known) return known
    const table = /\/ToUnicode (\d+) 0 R/.exec(dictionary(id))?.[1]
    // Of a variable font Chromium draws the glyphs itself, and numbers them in one byte.
    const digits = dictionary(id).includes('/Type3') ? 2 : 4
    const font = { digits, characters: toUnicode(objects.get(Number(table))?.stream ?? '') }
    fonts.set(id, font)
    return font
  }
  return pageIds(objects).map((page) => {
    const named = new Map<string, number>()
    for (const [, list] of dictionary(page).matchAll(/\/Font\s*<<(.*?)>>/gs))
      for (const [, name, id] of list!.matchAll(/\/(\w+) (\d+) 0 R/g)) named.set(name!, Number(id))
    const contents = /\/Contents (\d+) 0 R/.exec(dictionary(page))?.[1]
    return drawnText(objects.get(Number(contents))?.stream ?? '', (name) => fontOf(named.get(name) ?? 0))
  })
}

interface Font {
  /** Hexadecimal digits of a glyph. */
  digits: number
  characters: ReadonlyMap<number, string>
}

interface PdfObject {
  dictionary: string
  stream: string | null
}

function objectsOf(file: Buffer): Map<number, PdfObject> {
  const text = file.toString('latin1')
  const objects = new Map<number, PdfObject>()
  for (const { 1: id, index, 0: head } of text.matchAll(/(?:^|\n)(\d+) 0 obj\b/g)) {
    const from = index + head.length
    const at = text.indexOf('stream\n', from)
    const end = text.indexOf('endobj', from)
    if (at < 0 || at > end) {
      objects.set(Number(id), { dictionary: text.slice(from, end), stream: null })
      continue
    }
    const dictionary = text.slice(from, at)
    const length = Number(/\/Length (\d+)/.exec(dictionary)?.[1])
    const raw = file.subarray(at + 7, at + 7 + length)
    const packed = dictionary.includes('/FlateDecode')
    objects.set(Number(id), { dictionary, stream: (packed ? inflateSync(raw) : raw).toString('latin1') })
  }
  return objects
}

function pageIds(objects: ReadonlyMap<number, PdfObject>): number[] {
  const below = (id: number): number[] => {
    const { dictionary } = objects.get(id)!
    if (!/\/Type\s*\/Pages\b/.test(dictionary)) return [id]
    const kids = /\/Kids\s*\[(.*?)\]/s.exec(dictionary)?.[1] ?? ''
    return [...kids.matchAll(/(\d+) 0 R/g)].flatMap(([, kid]) => below(Number(kid)))
  }
  const catalog = [...objects.values()].find(({ dictionary }) => /\/Type\s*\/Catalog\b/.test(dictionary))
  return below(Number(/\/Pages (\d+) 0 R/.exec(catalog?.dictionary ?? '')?.[1]))
}

const utf16 = (hex: string) => Buffer.from(hex, 'hex').swap16().toString('utf16le')

function toUnicode(table: string): Map<number, string> {
  const characters = new Map<number, string>()
  for (const [, block] of table.matchAll(/beginbfchar(.*?)endbfchar/gs))
    for (const [, glyph, text] of block!.matchAll(/<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>/g))
      characters.set(Number.parseInt(glyph!, 16), utf16(text!))
  for (const [, block] of table.matchAll(/beginbfrange(.*?)endbfrange/gs))
    for (const [, from, to, text] of block!.matchAll(
      /<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>/g,
    )) {
      const first = Number.parseInt(from!, 16)
      const start = utf16(text!).codePointAt(0)!
      for (let glyph = first; glyph <= Number.parseInt(to!, 16); glyph++)
        characters.set(glyph, String.fromCodePoint(start + glyph - first))
    }
  return characters
}

function drawnText(stream: string, fontOf: (name: string) => Font): string {
  let font: Font = { digits: 4, characters: new Map() }
  let text = ''
  for (const [, name, hex] of stream.matchAll(/\/(\w+) [\d.]+ Tf|<([0-9A-Fa-f]+)>/g)) {
    if (name) font = fontOf(name)
    else
      for (let at = 0; at < hex!.length; at += font.digits)
        text += font.characters.get(Number.parseInt(hex!.slice(at, at + font.digits), 16)) ?? ''
  }
  return text
}
