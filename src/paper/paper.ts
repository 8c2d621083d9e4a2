import { escaped, markup, type PaperElement } from './node.ts'

export type Language = 'zh' | 'en'

/** A document ready to be shown, printed or written to a file. */
export interface Paper {
  language: Language
  /** Of the window and of the file. */
  title: string
  css: string
  body: PaperElement
}

export const langOf = (language: Language) => (language === 'zh' ? 'zh-CN' : 'en')

/** It may show what is in it and nothing else, wherever the file is opened. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:"

/** One file of HTML that needs nothing beside it. `fonts`: `@font-face` rules with their fonts inside. */
export function htmlOf(paper: Paper, fonts = ''): string {
  return [
    '<!doctype html>',
    `<html lang="${langOf(paper.language)}">`,
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">`,
    '<meta name="referrer" content="no-referrer">',
    `<title>${escaped(paper.title)}</title>`,
    `<style>${fonts}${paper.css}</style>`,
    '</head>',
    `<body>${markup(paper.body)}</body>`,
    '</html>',
    '',
  ].join('\n')
}

/** Text within a style sheet: whatever is not a plain letter or digit is written by its number. */
export function cssString(text: string): string {
  const written = text
    .toWellFormed()
    .replace(/[^A-Za-z0-9\u3400-\u9fff]/gu, (character) => `\\${character.codePointAt(0)!.toString(16)} `)
  return `"${written}"`
}
