import { SaxesParser } from 'saxes'

/** Texts of the elements directly under the root, by name; a repeated element has several. */
export type Fields = ReadonlyMap<string, readonly string[]>

const deepest = 8
const mostElements = 4_000

/**
 * The fields of a callback. Nested elements are passed over. A document type is not allowed at all, so there are no
 * entities but XML's own five, and an instruction to another program is none for this one.
 * @returns null for what is not such XML
 */
export function readXml(text: string): Fields | null {
  const fields = new Map<string, string[]>()
  const parser = new SaxesParser({ xmlns: false, position: false })
  let depth = 0
  let elements = 0
  let current = ''
  const refuse = () => {
    throw new NotXml()
  }
  const take = (part: string) => {
    if (depth === 2) current += part
  }
  parser.on('error', refuse)
  parser.on('doctype', refuse)
  parser.on('processinginstruction', refuse)
  parser.on('text', take)
  parser.on('cdata', take)
  parser.on('opentag', () => {
    depth += 1
    elements += 1
    if (depth > deepest || elements > mostElements) refuse()
    if (depth === 2) current = ''
  })
  parser.on('closetag', ({ name }) => {
    if (depth === 2) {
      const before = fields.get(name)
      if (before) before.push(current)
      else fields.set(name, [current])
    }
    depth -= 1
  })
  try {
    parser.write(text).close()
    return fields
  } catch (error) {
    if (error instanceof NotXml) return null
    throw error
  }
}

/** The first of that name, without space around it; null where it is missing or empty. */
export function fieldOf(fields: Fields, name: string): string | null {
  return fields.get(name)?.[0]?.trim() || null
}

class NotXml extends Error {}
