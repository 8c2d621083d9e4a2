/**
 * A paper is a tree of these until it becomes text or a page. What people wrote can only ever be a string in it, and
 * is escaped in one place; there is no tag and no attribute by which anything could run, load or lead elsewhere.
 */

export type Tag =
  | 'article'
  | 'aside'
  | 'bdi'
  | 'caption'
  | 'col'
  | 'colgroup'
  | 'dd'
  | 'div'
  | 'dl'
  | 'dt'
  | 'footer'
  | 'h1'
  | 'h2'
  | 'h3'
  | 'header'
  | 'li'
  | 'ol'
  | 'p'
  | 'section'
  | 'small'
  | 'span'
  | 'strong'
  | 'table'
  | 'tbody'
  | 'td'
  | 'th'
  | 'thead'
  | 'tr'
  | 'ul'
  | 'svg'
  | 'path'
  | 'title'

export interface Attributes {
  class?: string
  colspan?: number
  scope?: 'col' | 'row'
  lang?: string
  role?: 'img'
  viewBox?: string
  d?: string
  /** What a test or an auditor's tool finds a place by. */
  'data-part'?: string
}

export interface PaperElement {
  readonly tag: Tag
  readonly attributes: Readonly<Attributes>
  readonly children: readonly PaperNode[]
}
export type PaperNode = PaperElement | string
type Child = PaperNode | number | null | undefined | false | readonly Child[]

export function h(tag: Tag, attributes: Attributes, ...children: Child[]): PaperElement {
  return { tag, attributes, children: [...flat(children)] }
}

function* flat(children: readonly Child[]): Generator<PaperNode> {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue
    if (typeof child === 'string') yield child
    else if (typeof child === 'number') yield String(child)
    else if ('tag' in child) yield child
    else yield* flat(child)
  }
}

const marks: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Without the control characters that no document may hold. */
export const printable = (text: string) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '\ufffd')

export const escaped = (text: string) => printable(text).replace(/[&<>"']/g, (mark) => marks[mark]!)

const empty: ReadonlySet<Tag> = new Set<Tag>(['col'])

export function markup(node: PaperNode): string {
  if (typeof node === 'string') return escaped(node)
  const attributes = Object.entries(node.attributes)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('')
  if (empty.has(node.tag)) return `<${node.tag}${attributes}>`
  return `<${node.tag}${attributes}>${node.children.map(markup).join('')}</${node.tag}>`
}
