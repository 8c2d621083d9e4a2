import { type PaperNode, printable } from '../../paper/node.ts'
import { langOf, type Paper } from '../../paper/paper.ts'

/**
 * Puts a paper into the document of a frame, node by node: no text ever becomes markup here, so that the page's policy
 * (trusted types) has nothing to refuse.
 */
export function layPaper(document: Document, paper: Paper, fonts: string): void {
  const style = document.createElement('style')
  style.textContent = fonts + paper.css
  document.documentElement.lang = langOf(paper.language)
  document.title = paper.title
  document.head.querySelector('style')?.remove()
  document.head.append(style)
  document.body.replaceChildren(nodeOf(paper.body, document, false))
}

const SVG = 'http://www.w3.org/2000/svg'

function nodeOf(node: PaperNode, document: Document, withinDrawing: boolean): Node {
  if (typeof node === 'string') return document.createTextNode(printable(node))
  const drawing = withinDrawing || node.tag === 'svg'
  const element = drawing ? document.createElementNS(SVG, node.tag) : document.createElement(node.tag)
  for (const [name, value] of Object.entries(node.attributes))
    element.setAttribute(name, printable(String(value)))
  element.append(...node.children.map((child) => nodeOf(child, document, drawing)))
  return element
}
