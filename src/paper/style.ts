import { cssString, type Language } from './paper.ts'
import { type Words, wordsIn } from './words/words.ts'

/**
 * One ink on white: everything that must be told apart is told apart by words, rules and weight, so that a sheet that
 * comes out of any printer or copier says the same.
 */
const base = `
@page { size: A4; margin: 15mm 15mm 18mm; }
* { box-sizing: border-box; margin: 0; padding: 0; }
html { color: #111; background: #fff; font: 9.5pt/1.5 var(--sans); -webkit-text-size-adjust: none; }
:root {
  --sans: "Noto Sans SC Variable", "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei",
    "PingFang SC", "WenQuanYi Micro Hei", sans-serif;
  --mono: "Cascadia Mono", Consolas, Menlo, "Noto Sans Mono", "DejaVu Sans Mono", "Liberation Mono", monospace;
  --rule: .4pt solid #9a9a9a;
}
/* In a Chinese font quotes, dots and ellipses are as wide as a character. */
@font-face { font-family: "Duty Desk Latin Marks"; unicode-range: U+00B7, U+2013-2014, U+2018-2019, U+201C-201D, U+2026;
  src: local("Segoe UI"), local("Noto Sans"), local("Liberation Sans"), local("Arial"), local("Helvetica"),
    local("DejaVu Sans"); }
:root:lang(en) {
  --sans: "Duty Desk Latin Marks", "Noto Sans SC Variable", "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC",
    "Microsoft YaHei", sans-serif;
}
body { isolation: isolate; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; line-break: strict;
  font-synthesis: none; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
h1, h2, h3 { font-weight: 600; break-after: avoid; }
h1 { font-size: 20pt; line-height: 1.3; letter-spacing: .06em; }
:root:lang(en) h1 { letter-spacing: 0; }
h2 { font-size: 11.5pt; margin: 6mm 0 2mm; }
ul, ol { list-style: none; }
strong { font-weight: 600; }
small { font-size: 8pt; color: #444; }
.text { white-space: pre-wrap; }
.quiet { color: #555; }
.when { white-space: nowrap; }
.code { font-family: var(--mono); }
.empty { color: #555; }

.masthead { text-align: center; }
.masthead .station { font-size: 11pt; }
.masthead { padding-bottom: 2.5mm; border-bottom: 3pt double #111; }
.state { margin: 5mm 0 0; padding: 1.6mm 3mm; border: 1.2pt dashed #111; font-weight: 600; text-align: center; }

.facts { display: grid; grid-template-columns: max-content 1fr max-content 1fr; margin: 5mm 0 0; border-top: var(--rule); }
.facts dt, .facts dd { padding: 1.1mm 2mm; border-bottom: var(--rule); }
.facts dt { color: #444; }
.facts .wide { grid-column: 2 / -1; }

.counts { display: flex; margin: 4mm 0 0; border: .6pt solid #111; break-inside: avoid; }
.counts li { flex: 1; padding: 1.2mm 1mm 1.4mm; text-align: center; border-left: var(--rule); }
.counts li:first-child { border-left: 0; }
.counts strong { display: block; font-size: 13pt; line-height: 1.25; }
.counts span { display: block; font-size: 8pt; color: #333; line-height: 1.3; }

.seal { display: flex; gap: 5mm; align-items: center; margin: 4mm 0 0; padding: 3mm 3mm 3mm 5mm; border: 1.2pt solid #111;
  break-inside: avoid; }
.seal > div { flex: 1; }
.seal .head { display: flex; gap: 7mm; }
.seal dl { margin: 0 0 1.5mm; }
.seal dt { font-size: 8pt; color: #333; }
.seal dd { font: 600 17pt/1.25 var(--mono); white-space: nowrap; }
.seal .dash { margin: 0 .14em; font-weight: 400; color: #555; }
.seal small { display: block; line-height: 1.45; }
.qr { display: block; flex: none; width: 37mm; height: 37mm; fill: #000; background: #fff; shape-rendering: crispEdges; }

table { width: 100%; border-collapse: collapse; table-layout: fixed; font-size: 8.8pt; line-height: 1.42; }
thead { display: table-header-group; }
thead th { border-top: 1pt solid #111; border-bottom: .7pt solid #111; padding: 1mm 1.4mm; font-weight: 600; text-align: left;
  font-size: 8.3pt; vertical-align: bottom; overflow-wrap: normal; hyphens: none; }
tbody td, tbody th { padding: 1.4mm; border-bottom: var(--rule); vertical-align: top; text-align: left; font-weight: 400; }
tr { break-inside: avoid; }
col.slim { width: 11mm; }
col.mark { width: 16mm; }
col.wide { width: 50mm; }
col.time { width: 24mm; }
col.short { width: 22mm; }
col.name { width: 34mm; }
tbody:last-child > tr:last-child > * { border-bottom: .7pt solid #111; }
.number { text-align: right; white-space: nowrap; }
tbody td.number, thead th.number { padding-right: 2.6mm; }
table + p { margin-top: 1.2mm; }
.lock, .tick { display: inline-block; width: 1em; height: 1em; vertical-align: -.13em; fill: none; stroke: #111; stroke-width: 1.6; }

.watermark { position: fixed; inset: 0; z-index: -1; display: grid; place-items: center; font-size: 58pt; font-weight: 600;
  letter-spacing: .08em; color: #e2e2e2; white-space: nowrap; }
.watermark > span { transform: rotate(-32deg); }
.end { margin: 5mm 0 0; text-align: center; color: #555; font-size: 8pt; }

@media screen {
  html { background: #8a929c; padding: 6mm 0; }
  body { width: 210mm; min-height: 297mm; margin: 0 auto; padding: 15mm 15mm 18mm; background: #fff; }
}
`

/** What each page carries: a single sheet found on a desk says what it belongs to. */
export interface Running {
  station: string
  title: string
  /** Code with its size, or what the sheet still lacks. */
  mark: string | null
}

/** Characters of a station's name that leave room for the rest of the line. */
const STATION = 24

function foot({ station, title, mark }: Running, words: Words): string {
  const [before, between, after] = words.shared.page
  const short = station.length > STATION ? `${station.slice(0, STATION - 1)}…` : station
  const lines = [`${short} · ${title}`, ...(mark === null ? [] : [mark])]
  const place = 'vertical-align: top; padding-top: 3.5mm; font: 7.6pt/1.3 var(--sans); color: #333;'
  return `
@page {
  @bottom-left { content: ${cssString(lines.join('\n'))}; width: 80%; white-space: pre-line; text-align: left; ${place} }
  @bottom-right { content: ${cssString(before!)} counter(page) ${cssString(between!)} counter(pages) ${cssString(after!)};
    width: 20%; text-align: right; ${place} }
}
`
}

export const styleOf = (language: Language, running: Running, own: string) =>
  base + own + foot(running, wordsIn(language))
