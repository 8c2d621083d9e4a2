import { describe, expect, test } from 'vitest'
import type { CallName, Input } from '../../src/contract/index.ts'
import { allRecords } from '../support/audit.ts'
import { at } from '../support/console.ts'
import { exported, filesOf } from '../support/exports.ts'
import { type PrivateStation, privateStation } from '../support/private-station.ts'
import { entriesOf, iso, minute } from '../support/station.ts'

/** Rule 11 in the records: an auditor sees that something private was done and when, never whose it is or what. */

const leaked = (told: unknown, words: readonly string[]) =>
  words.filter((word) => JSON.stringify(told).includes(word))

const seen = async ({ consoles }: PrivateStation, thread: string) =>
  (await consoles.daiban.call('thread.get', { thread })).lastSeq

describe('what an auditor without broken glass sees', () => {
  test('of every entry the row, of every public one the words', async () => {
    const station = await privateStation()
    const { ducha, daiban } = station.consoles
    const rows = await allRecords(ducha, {})
    expect(rows.length).toBeGreaterThan(60)
    expect(leaked(rows, station.inside)).toEqual([])
    expect(leaked(rows, station.outside)).toEqual(station.outside)
    const hidden = rows.filter(({ content }) => content === 'private')
    expect(hidden.length).toBeGreaterThan(20)
    expect(new Set(hidden.map(({ text }) => text))).toEqual(new Set([null]))
    const secret = await allRecords(ducha, { thread: station.threads.secret })
    expect(new Set(secret.map(({ contactName }) => contactName))).toEqual(new Set(['🔒']))
    const theirs = await allRecords(daiban, { thread: station.threads.secret })
    expect(leaked(theirs, ['MIWEN-message', 'MIWEN-answer'])).toHaveLength(2)
  })

  test('of no entry who the resident is, neither in its row nor raw', async () => {
    const station = await privateStation()
    const { ducha, zhang } = station.consoles
    const { secret } = station.threads
    const contact = station.desk.station.views.threads.thread(secret)!.contact
    const { warning } = await zhang.call('warning.enter', {
      name: '预警里的人',
      phone: '13900001111',
      type: 'loan',
      source: null,
      note: null,
      contact,
    })
    await zhang.call('warning.messaged', {
      warning,
      by: 'thread',
      text: '谨防诈骗',
      seen: await seen(station, secret),
    })
    const about = await allRecords(ducha, { thread: secret })
    expect(about.length).toBeGreaterThan(20)
    expect(leaked(about, [contact])).toEqual([])
    expect(about.map(({ type }) => type)).not.toContain('warning.messaged')
    const messaged = (await allRecords(ducha, { types: ['warning.messaged'] }))[0]
    expect(messaged).toMatchObject({ thread: null, contactName: null, account: null, content: 'none' })
    expect(leaked(messaged, [secret])).toEqual([])
    for (const { entry } of station.desk.station.ledger.iterate()) {
      const raw = await ducha.call('audit.record', { seq: entry.seq })
      expect(leaked(raw, station.inside), entry.type).toEqual([])
      if (raw.row.thread === secret) {
        expect(leaked(raw, [contact]), entry.type).toEqual([])
        expect(raw.body).toBeNull()
        // Whatever names nobody can be checked to the last byte.
        expect(raw.canonical === null, entry.type).toBe(
          leaked(entry.data, [contact]).length > 0 || isCut(entry),
        )
      }
      if (raw.row.type === 'warning.messaged') expect(leaked(raw, [secret])).toEqual([])
      expect(raw.leaf).toMatch(/^[0-9a-f]{64}$/)
    }
    const summary = await ducha.call('audit.summary', { filter: { thread: secret } })
    expect(summary.types.map(({ type }) => type)).not.toContain('warning.messaged')
    expect(summary.total).toBe((await allRecords(ducha, { thread: secret })).length)
  })

  test('of the sheet of a handoff, that something private is on it', async () => {
    const station = await privateStation()
    const { consoles, threads } = station
    const { ducha } = consoles
    const handoff = entriesOf(station.desk.station, 'handoff.started').at(-1)!.subject
    const rows = await allRecords(ducha, { handoff })
    expect(leaked(rows, station.inside)).toEqual([])
    expect(
      leaked(await allRecords(consoles.daiban, { handoff }), ['MIWEN-next', 'MIWEN-readback']),
    ).toHaveLength(2)
    const decided = rows.filter(({ type }) => type === 'handoff.itemDecided')
    expect(decided.find(({ thread }) => thread === threads.secret)).toMatchObject({
      text: null,
      content: 'private',
    })
    const frozen = rows.find(({ type }) => type === 'handoff.frozen')!
    const items = frozen.data.items as { id: string; severity: string; card?: number }[]
    expect(items.find(({ id }) => id === threads.secret)).toEqual({
      id: threads.secret,
      kind: 'thread',
      severity: expect.any(String),
      thread: threads.secret,
    })
    expect((await ducha.call('audit.record', { seq: frozen.seq })).canonical).toBeNull()
  })

  test('of who they are not: admins and officers see no records at all', async () => {
    const { consoles } = await privateStation()
    const asked: { [N in CallName]?: Input<N> } = {
      'audit.records': { filter: {}, limit: 9 },
      'audit.summary': { filter: {} },
      'audit.density': { buckets: 3 },
      'audit.record': { seq: 1 },
      'anomalies.list': { from: iso(0), to: iso(1), offset: 0, limit: 9 },
      'anomalies.counts': { from: iso(0), to: iso(1) },
    }
    for (const who of [consoles.zhang, consoles.guanli])
      for (const [call, input] of Object.entries(asked))
        expect(await who.refused(call as CallName, input as never)).toMatchObject({ code: 'forbidden', call })
  })
})

/** Entries whose shown data lack more than a name: the number of a message, the rules it met, the channel's words. */
function isCut({ type }: { type: string }): boolean {
  return [
    'message.recalled',
    'message.accepted',
    'message.failed',
    'message.assessed',
    'message.unmasked',
    'alarm.raised',
    'alarm.causeAdded',
    'thread.delayTold',
    'media.stored',
    'media.missed',
    'media.retried',
  ].includes(type)
}

describe('with broken glass', () => {
  test('the records of that thread are read, on record, and no longer when the time is over', async () => {
    const station = await privateStation()
    const { desk, consoles, threads } = station
    const { ducha } = consoles
    await ducha.call('glass.break', { thread: threads.secret, reason: '核查投诉', minutes: 30 })
    const viewed = () =>
      entriesOf(desk.station, 'thread.viewed').filter(({ actor }) => actor.user === 'ducha')
    const read = await allRecords(ducha, { thread: threads.secret })
    expect(leaked(read, ['MIWEN-message', 'MIWEN-answer', 'MIWEN-name'])).toHaveLength(3)
    expect(viewed()).toMatchObject([{ subject: threads.secret }])
    const { seq } = entriesOf(desk.station, 'message.received').find(
      ({ subject }) => subject === threads.secret,
    )!
    const raw = await ducha.call('audit.record', { seq })
    expect(raw.body?.json).toContain('MIWEN-message')
    expect(raw.canonical).not.toBeNull()
    const other = await allRecords(ducha, { types: ['thread.escalated'] })
    expect(other.map(({ content }) => content).sort()).toEqual(['present', 'private'])
    await desk.pass(31 * minute)
    expect(leaked(await allRecords(ducha, { thread: threads.secret }), station.inside)).toEqual([])
  })

  test('looking at everything reads that thread too, and is on record as well', async () => {
    const { desk, consoles, threads } = await privateStation()
    await consoles.ducha.call('glass.break', { thread: threads.secret, reason: '核查投诉', minutes: 30 })
    await allRecords(consoles.ducha, { person: 'zhang' })
    expect(
      entriesOf(desk.station, 'thread.viewed').map(({ actor, subject }) => [actor.user, subject]),
    ).toContainEqual(['ducha', threads.secret])
  })
})

describe('a finding about a private thread', () => {
  test('is one too where it only rests on its entries, and stays one when another auditor saves over it', async () => {
    const { desk, consoles, threads } = await privateStation()
    const { ducha, guanli } = consoles
    await guanli.call('person.add', {
      user: 'ducha2',
      name: '督察吴',
      role: 'auditor',
      password: 'desk-1234',
    })
    const other = await at(desk, 'ducha2')
    const seq = desk.station.views.threads.thread(threads.secret)!.last_seq
    const finding = { id: 'f1', note: null, severity: 'low' as const, handoffs: [], anomaly: null }
    await ducha.call('finding.save', { ...finding, title: 'MIWEN-finding', seqs: [seq], threads: [] })
    const rows = async () => (await other.call('findings.list', { offset: 0, limit: 9 })).rows
    expect(await rows()).toMatchObject([{ title: '🔒', threads: [threads.secret] }])
    const files = await filesOf((await exported(other, { kind: 'whole' })).file)
    expect([...files.values()].join()).not.toContain('MIWEN-finding')

    await other.call('finding.save', { ...finding, title: '另一件事', seqs: [1], threads: [] })
    expect(await rows()).toMatchObject([{ title: '另一件事', threads: [] }])
    const { rows: saved } = await other.call('audit.records', {
      filter: { types: ['finding.saved'] },
      limit: 9,
    })
    expect(saved.map(({ text, content }) => [text, content])).toEqual([
      ['另一件事', 'present'],
      [null, 'private'],
    ])
    const { body } = await other.call('audit.record', { seq: saved[1]!.seq })
    expect(body).toBe(null)
  })

  test('is as private as that to other auditors', async () => {
    const { desk, consoles, threads } = await privateStation()
    const { ducha, daiban, guanli } = consoles
    await guanli.call('person.add', {
      user: 'ducha2',
      name: '督察吴',
      role: 'auditor',
      password: 'desk-1234',
    })
    const other = await at(desk, 'ducha2')
    await ducha.call('finding.save', {
      id: 'f1',
      title: '家暴处置',
      note: '出警太慢',
      severity: 'high',
      seqs: [],
      threads: [threads.secret],
      handoffs: [],
      anomaly: null,
    })
    await ducha.call('finding.close', { finding: 'f1', outcome: '已整改' })
    const shown = async (who: typeof ducha) =>
      (await who.call('findings.list', { offset: 0, limit: 9 })).rows[0]
    const words = { title: '家暴处置', note: '出警太慢', outcome: '已整改' }
    expect(await shown(ducha)).toMatchObject(words)
    expect(await shown(daiban)).toMatchObject(words)
    expect(await shown(other)).toMatchObject({
      title: '🔒',
      note: null,
      outcome: null,
      threads: [threads.secret],
    })
    const rows = await allRecords(other, { types: ['finding.'] })
    expect(rows.map(({ content }) => content)).toEqual(['private', 'private'])
    expect(leaked(rows, Object.values(words))).toEqual([])
  })
})
