import type { AuditSummary } from '../audit-facts.ts'
import { h, type PaperElement } from '../node.ts'
import type { Language } from '../paper.ts'
import { type Child, joined, lock, table, when, written } from '../parts.ts'
import { entryTypeName } from '../words/entry-types.ts'
import { filled, type Words, wordOf } from '../words/words.ts'

/** The tables of a summary. */

export interface Context {
  words: Words
  language: Language
  near: string
}

/** Entry numbers of one line; an anomaly may rest on hundreds. */
const NUMBERS = 6

const cell = (...content: Child[]) => h('td', {}, content)
const numberCell = (value: number | null) => h('td', { class: 'number' }, value ?? '–')
const codeCell = (code: string | null) => h('td', { class: 'code' }, code ?? '–')
const time = (at: string | null, { near }: Context) => cell(at === null ? '–' : when(at, near))
const name = (text: string | null) => cell(text === null ? '–' : h('bdi', {}, text))
const empty = (text: string) => h('p', { class: 'empty' }, text)

function numbers(seqs: readonly number[], words: Words): string {
  const shown = seqs.slice(0, NUMBERS).join(words.shared.list)
  return seqs.length > NUMBERS ? `${shown} … (${seqs.length})` : shown
}

export function handoffs({ handoffs }: AuditSummary, context: Context): PaperElement {
  const { words } = context
  const { columns } = words.audit
  if (handoffs.length === 0) return empty(words.audit.noHandoffs)
  return table(
    [
      { name: columns.at, width: 'time' },
      { name: `${columns.from} → ${columns.to}`, width: 'rest' },
      { name: columns.items, width: 'short' },
      { name: columns.promises, width: 'rest' },
      { name: columns.size, width: 'short', number: true },
      { name: columns.code, width: 'seal-code' },
    ],
    handoffs.map((one) => {
      const made = Object.values(one.promises).some((n) => n > 0)
      return h('tr', { 'data-part': 'handoff' }, [
        time(one.doneAt, context),
        cell(
          h('strong', {}, h('bdi', {}, one.fromName), ' → ', h('bdi', {}, one.toName)),
          h(
            'div',
            { class: 'under' },
            joined(
              [
                one.postName !== null && h('bdi', {}, one.postName),
                one.onBehalf && h('strong', {}, words.audit.onBehalf),
              ],
              words.shared.separator,
            ),
          ),
        ),
        cell(`${one.items} (${one.severe})`),
        cell(made ? filled(words.audit.promiseCounts, one.promises) : words.audit.noPromises),
        numberCell(one.size),
        codeCell(one.code),
      ])
    }),
  )
}

export function brokenPromises({ promises }: AuditSummary, context: Context): PaperElement {
  const { words } = context
  const { columns } = words.audit
  return table(
    [
      { name: columns.deadline, width: 'time' },
      { name: columns.matter, width: 'name' },
      { name: columns.next, width: 'rest' },
      { name: columns.who, width: 'short' },
      { name: columns.outcome, width: 'short' },
    ],
    promises.map((one) =>
      h('tr', { 'data-part': 'promise' }, [
        time(one.deadline, context),
        one.readable ? name(one.title) : cell(lock(), ` ${words.shared.private}`),
        cell(
          one.readable ? (one.nextAction === null ? words.sheet.erased : written(one.nextAction)) : lock(),
        ),
        name(one.toName),
        cell(words.audit.promiseStates[one.state]),
      ]),
    ),
  )
}

export function anomalies(
  anomalies: NonNullable<AuditSummary['anomalies']>,
  gravest: AuditSummary['gravest'],
  context: Context,
): Child[] {
  const { words } = context
  const { columns } = words.audit
  if (anomalies.length === 0) return [empty(words.audit.noAnomalies)]
  const kind = (code: string) => wordOf(words.audit.anomalies, code)
  const rest = anomalies.reduce((sum, { n }) => sum + n, 0) - gravest.length
  return [
    h(
      'ul',
      { class: 'tally' },
      anomalies.map((one) => h('li', {}, `${kind(one.kind)} `, h('strong', {}, one.n))),
    ),
    gravest.length > 0 &&
      table(
        [
          { name: columns.at, width: 'time' },
          { name: columns.severity, width: 'mark' },
          { name: columns.anomaly, width: 'rest' },
          { name: columns.who, width: 'name' },
          { name: columns.seqs, width: 'rest' },
        ],
        gravest.map((one) =>
          h('tr', { 'data-part': 'anomaly' }, [
            time(one.at, context),
            cell(words.audit.levels[one.severity]),
            cell(kind(one.kind)),
            name(one.userName),
            cell(numbers(one.seqs, words)),
          ]),
        ),
      ),
    rest > 0 && h('p', { class: 'quiet' }, filled(words.audit.more, { n: rest })),
  ]
}

export function findings(findings: NonNullable<AuditSummary['findings']>, context: Context): PaperElement {
  const { words } = context
  const { columns } = words.audit
  if (findings.length === 0) return empty(words.audit.noFindings)
  return table(
    [
      { name: columns.at, width: 'time' },
      { name: columns.severity, width: 'mark' },
      { name: columns.finding, width: 'rest' },
      { name: columns.outcome, width: 'name' },
      { name: columns.seqs, width: 'name' },
    ],
    findings.map((one) =>
      h('tr', { 'data-part': 'finding' }, [
        time(one.savedAt, context),
        cell(words.audit.levels[one.severity]),
        cell(
          h('strong', {}, written(one.title)),
          one.note !== null && h('div', {}, written(one.note)),
          h('div', { class: 'under' }, h('bdi', {}, one.byName)),
        ),
        cell(
          words.audit.findingStates[one.state],
          one.outcome !== null && h('div', {}, written(one.outcome)),
        ),
        cell(numbers(one.seqs, words)),
      ]),
    ),
  )
}

export function heads({ heads }: AuditSummary, context: Context): PaperElement {
  const { words } = context
  const { columns } = words.audit
  return table(
    [
      { name: columns.at, width: 'time' },
      { name: columns.occasion, width: 'rest' },
      { name: columns.size, width: 'short', number: true },
      { name: columns.code, width: 'seal-code' },
      { name: columns.state, width: 'short' },
    ],
    heads.map((one) =>
      h('tr', { 'data-part': 'head' }, [
        time(one.at, context),
        cell(
          joined(
            [
              words.audit.witnesses[one.kind],
              one.where !== null && h('bdi', {}, one.where),
              one.byName !== null && h('bdi', {}, one.byName),
            ],
            words.shared.separator,
          ),
        ),
        numberCell(one.size),
        codeCell(one.code),
        cell(
          one.is === 'matches'
            ? words.audit.headStates.matches
            : h('strong', {}, words.audit.headStates[one.is]),
        ),
      ]),
    ),
  )
}

export function people({ people }: AuditSummary, { words }: Context): PaperElement {
  const { columns } = words.audit
  return table(
    [
      { name: columns.person, width: 'rest' },
      { name: columns.role, width: 'rest' },
      { name: columns.records, width: 'short', number: true },
      { name: columns.answers, width: 'short', number: true },
      { name: columns.closed, width: 'short', number: true },
    ],
    people.map((one) =>
      h('tr', { 'data-part': 'person' }, [
        one.role === null ? cell(words.audit.system) : name(one.name),
        cell(one.role === null ? '' : wordOf(words.shared.roles, one.role)),
        numberCell(one.n),
        numberCell(one.answers),
        numberCell(one.closed),
      ]),
    ),
  )
}

export function types({ types }: AuditSummary, { words, language }: Context): PaperElement {
  const { columns } = words.audit
  return table(
    [
      { name: columns.type, width: 'rest' },
      { name: '', width: 'rest' },
      { name: columns.records, width: 'short', number: true },
    ],
    types.map(({ type, n }) =>
      h('tr', { 'data-part': 'type' }, [cell(entryTypeName(type, language)), codeCell(type), numberCell(n)]),
    ),
  )
}
