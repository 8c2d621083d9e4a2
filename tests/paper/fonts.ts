import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { markup } from '../../src/paper/node.ts'
import { htmlOf, type Paper } from '../../src/paper/paper.ts'

/** The console's font as a paper carries it, for machines that have no Chinese font of their own. */

const folder = join(import.meta.dirname, '..', '..', 'node_modules', '@fontsource-variable', 'noto-sans-sc')
const slices = readFileSync(join(folder, 'index.css'), 'utf8').match(/@font-face \{[^}]+\}/g) ?? []

function serves(rule: string, used: readonly number[]): boolean {
  const spans = [...rule.matchAll(/U\+([0-9a-f]+)(?:-([0-9a-f]+))?/gi)].map(([, from, to]) => [
    Number.parseInt(from!, 16),
    Number.parseInt(to ?? from!, 16),
  ])
  return used.some((point) => spans.some(([from, to]) => point >= from! && point <= to!))
}

/** The whole file of a paper, as the shell prints it. */
export function fileOf(paper: Paper): string {
  const used = [...new Set(markup(paper.body) + paper.css)].map((character) => character.codePointAt(0)!)
  const rules = slices
    .filter((rule) => serves(rule, used))
    .map((rule) =>
      rule.replace(
        /url\(\.\/([^)]+)\)/,
        (_whole, path: string) =>
          `url(data:font/woff2;base64,${readFileSync(join(folder, path)).toString('base64')})`,
      ),
    )
  return htmlOf(paper, rules.join('\n'))
}
