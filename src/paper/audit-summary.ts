import {
  anomalies,
  brokenPromises,
  type Context,
  findings,
  handoffs,
  heads,
  people,
  types,
} from './audit/lists.ts'
import type { AuditSummary } from './audit-facts.ts'
import { h, type PaperElement } from './node.ts'
import type { Language, Paper } from './paper.ts'
import { type Child, counts, facts, seal, sections, sentence } from './parts.ts'
import { styleOf } from './style.ts'
import { exact, full } from './time.ts'
import { filled, type Words, wordsIn } from './words/words.ts'

export type { AuditSummary, SummedHandoff } from './audit-facts.ts'

const style = `
.lead { margin: 4mm 0 0; }
.verdict { display: grid; grid-template-columns: 1fr 1fr; gap: 5mm; break-inside: avoid; }
.verdict > div { padding: 2mm 3mm; border: .7pt solid #111; }
.verdict .bad { border-width: 2pt; }
.verdict strong { display: block; font-size: 12pt; }
.tally { display: flex; flex-wrap: wrap; gap: 1mm 6mm; margin: 0 0 3mm; }
.under { font-size: 8pt; color: #444; }
.how li { display: flex; gap: 2mm; padding: .8mm 0; break-inside: avoid; }
.how li > span { flex: none; }
.how .command { display: block; margin: .6mm 0; padding: 1mm 2mm; border: var(--rule); font-family: var(--mono); font-size: 8.6pt; }
col.seal-code { width: 47mm; }
td.code { font-size: 8pt; }
`

/** What an export or an audit holds, in plain words for people who read no JSON, and how anybody can check it. */
export function auditSummary(summary: AuditSummary, language: Language): Paper {
  const words = wordsIn(language)
  const title = words.audit.titles[summary.of]
  const { station, madeAt, head: newest } = summary
  const mark = newest && `${newest.size} ${newest.code}`
  return {
    language,
    title: `${title} ${station} ${full(madeAt)}`,
    css: styleOf(language, { station, title: `${title} ${full(madeAt)}`, mark }, style),
    body: h(
      'div',
      { class: 'paper' },
      head(summary, title, words),
      parts(summary, { words, language, near: summary.to ?? summary.madeAt }),
      h('p', { class: 'end' }, `— ${words.sheet.end} · ${words.shared.beijingTime} —`),
    ),
  }
}

function head(summary: AuditSummary, title: string, words: Words): Child[] {
  const said = words.audit
  const { withheld, erased } = summary
  const scope = said.scopes[summary.scope]
  const texts = withheld === null || erased === null ? null : { withheld, erased }
  return [
    h(
      'header',
      { class: 'masthead' },
      h('p', { class: 'station' }, h('bdi', {}, summary.station)),
      h('h1', {}, title),
    ),
    facts([
      [
        said.scope,
        summary.scopeTitle === null
          ? scope
          : [`${scope}${words.shared.colon}`, h('bdi', {}, summary.scopeTitle)],
        true,
      ],
      [
        said.period,
        summary.from && summary.to ? `${exact(summary.from)} ${said.to} ${exact(summary.to)}` : '–',
        true,
      ],
      [
        said.made,
        sentence(words.sheet.printedBy, {
          at: exact(summary.madeAt),
          name: h('bdi', {}, summary.madeByName),
        }),
        true,
      ],
      summary.file === null ? null : [said.file, h('span', { class: 'code' }, summary.file), true],
    ]),
    counts([
      [summary.entries, said.overview.entries],
      [summary.people.length, said.overview.people],
      [summary.handoffs.length, said.overview.handoffs],
      ...(summary.anomalies === null
        ? []
        : [[summary.anomalies.reduce((sum, { n }) => sum + n, 0), said.overview.anomalies] as const]),
      ...(summary.findings === null ? [] : [[summary.findings.length, said.overview.findings] as const]),
      ...(withheld === null ? [] : [[withheld, said.overview.withheld] as const]),
      ...(erased === null ? [] : [[erased, said.overview.erased] as const]),
    ]),
    summary.head ? seal(summary.head, words) : h('p', { class: 'state' }, words.shared.noCode),
    h('p', { class: 'lead' }, filled(said.inWords, { station: summary.station, entries: summary.entries })),
    texts !== null &&
      h(
        'p',
        { class: 'lead' },
        texts.withheld + texts.erased === 0 ? said.nothingLeftOut : filled(said.leftOut, texts),
      ),
  ]
}

function parts(summary: AuditSummary, context: Context): Child[] {
  const { words } = context
  const named = words.audit.sections
  const section = sections(words)
  return [
    section('verdict', named.verdict, verdict(summary, context)),
    section('handoffs', named.handoffs, handoffs(summary, context)),
    summary.promises.length > 0 && section('broken', named.broken, brokenPromises(summary, context)),
    summary.anomalies !== null &&
      section('anomalies', named.anomalies, anomalies(summary.anomalies, summary.gravest, context)),
    summary.findings !== null && section('findings', named.findings, findings(summary.findings, context)),
    section('people', named.people, people(summary, context)),
    section('types', named.types, types(summary, context)),
    summary.heads.length > 0 && section('heads', named.heads, heads(summary, context)),
    section('how', named.how, how(summary, words)),
  ]
}

function verdict({ verdict: made }: AuditSummary, { words }: Context): PaperElement {
  const said = words.audit
  if (!made) return h('p', {}, said.notChecked)
  const bad = made.firstBad
  const where = bad ? [bad.where, bad.seq !== null && filled(said.entry, { seq: bad.seq })] : []
  const one = (good: boolean, title: string, text: string) =>
    h('div', good ? {} : { class: 'bad' }, h('strong', {}, title), h('p', {}, text))
  return h(
    'div',
    {},
    h(
      'div',
      { class: 'verdict' },
      made.unaltered
        ? one(true, said.unaltered.true, said.unalteredWords.true)
        : one(
            false,
            said.unaltered.false,
            filled(said.unalteredWords.false, {
              where: where.filter(Boolean).join(words.shared.list),
              what: bad?.what ?? '',
            }),
          ),
      one(made.complete !== 'no', said.complete[made.complete], said.completeWords[made.complete]),
    ),
    h('p', { class: 'quiet' }, `${said.checkedAt}${words.shared.colon}${exact(made.checkedAt)}`),
  )
}

function how({ file, head: newest }: AuditSummary, words: Words): PaperElement {
  const said = words.audit.how
  const zip = file ?? 'export.zip'
  const command = (text: string) => h('span', { class: 'command' }, text)
  const withCode = newest ? `${newest.size}:${newest.code}` : 'SIZE:CODE'
  const steps: Child[] = [
    said.trust,
    [said.run, command(`node verify.mjs ${zip}`)],
    [said.withCode, command(`node verify.mjs ${zip} --code ${withCode}`)],
    said.why,
    said.onScreen,
  ]
  return h(
    'ol',
    { class: 'how' },
    steps.map((step, at) => h('li', {}, h('span', {}, `${at + 1}.`), h('div', {}, step))),
  )
}
