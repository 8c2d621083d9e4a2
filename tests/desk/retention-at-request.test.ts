import { describe, expect, test } from 'vitest'
import { erase } from '../support/erasing.ts'
import { contactOf, ground, matter, month, staffed, wordsIn } from '../support/old-matters.ts'
import { entriesOf, password } from '../support/station.ts'

describe('at a resident’s request', () => {
  test('all that is about them goes, and nothing of anybody else', async () => {
    const { desk, zhang, guanli } = await staffed()
    const mine = await matter(desk, zhang, { text: '请问几点上班', from: '三组 王桂兰' })
    const other = await matter(desk, zhang, { text: '周末开门吗', from: '二组 李四' })
    const scope = { kind: 'contact', contact: contactOf(desk, mine) } as const
    expect(await guanli.call('erasure.preview', { scope })).toMatchObject({ contents: 0, young: 5 })
    await desk.pass(7 * month)
    expect(await guanli.call('erasure.preview', { scope })).toMatchObject({ contents: 5, threads: 1 })
    await erase(guanli, scope)
    expect(await wordsIn(zhang, mine)).toEqual([])
    expect(await wordsIn(zhang, other)).toContain('周末开门吗')
    expect(entriesOf(desk.station, 'content.erased').map(({ data }) => data.scope)).toEqual(['contact'])
    // Forgotten: whoever writes from there now is somebody new.
    const again = desk.hears({ text: '我又来了', from: '三组 王桂兰' })
    expect(contactOf(desk, again)).not.toBe(contactOf(desk, mine))
  })

  test('a single thread goes, and the card stays', async () => {
    const { desk, zhang, guanli } = await staffed()
    const thread = await matter(desk, zhang, { text: '请问几点上班', from: '三组 王桂兰' })
    await desk.pass(7 * month)
    await erase(guanli, { kind: 'thread', thread })
    expect(await wordsIn(zhang, thread)).toEqual([])
    expect(await zhang.call('contact.card', { contact: contactOf(desk, thread) })).toMatchObject({
      name: '三组 王桂兰',
    })
  })

  test('a preview does not tell who may not read it that there is a private thread; the erasure takes it', async () => {
    const { desk, zhang, daiban, ducha, guanli } = await staffed()
    const open = await matter(desk, zhang, { text: '请问几点上班', from: '三组 王桂兰' })
    await desk.pass(month)
    const secret = desk.hears({ text: '他又打我', from: '三组 王桂兰' })
    await zhang.call('thread.setPrivate', { thread: secret, private: true, reason: '家事' })
    const { lastSeq } = await zhang.call('thread.get', { thread: secret })
    await zhang.call('thread.close', { thread: secret, disposition: 'handledOnSite', seen: lastSeq })
    // The earlier thread is covered by the later one; a public one of the same resident is not.
    await daiban.call('thread.setPrivate', { thread: open, private: false, reason: '无关' })
    await desk.pass(7 * month)
    const scope = { kind: 'contact', contact: contactOf(desk, secret) } as const
    const asked = await Promise.all(
      [guanli, ducha, daiban].map((who) => who.call('erasure.preview', { scope })),
    )
    const counts = asked.map(({ contents, threads }) => [contents, threads])
    expect(counts[0]).toEqual(counts[1])
    expect(counts[2]![0]).toBeGreaterThan(counts[0]![0]!)
    expect(asked[0]!.digest).toBe(asked[1]!.digest)
    await erase(guanli, scope)
    expect(await wordsIn(daiban, secret)).toEqual([])
    const batches = entriesOf(desk.station, 'content.erased').map(({ data }) => data.seqs as number[])
    const isSecret = (seq: number) => desk.station.ledger.entry(seq)!.entry.subject === secret
    expect(batches.filter((seqs) => seqs.some(isSecret) && !seqs.every(isSecret))).toEqual([])
  })
})

/** Two residents whose last matter is private, each with an earlier one that is not. */
async function twoSecrets() {
  const staff = await staffed()
  const { desk, zhang, daiban } = staff
  const made: { open: string; secret: string; contact: string }[] = []
  for (const from of ['三组 王桂兰', '二组 李四']) {
    const open = await matter(desk, zhang, { text: '请问几点上班', from })
    await desk.pass(month)
    const secret = desk.hears({ text: '他又打我', from })
    await zhang.call('thread.setPrivate', { thread: secret, private: true, reason: '家事' })
    await daiban.call('thread.setPrivate', { thread: open, private: false, reason: '无关' })
    made.push({ open, secret, contact: contactOf(desk, secret) })
  }
  const close = async () => {
    for (const { secret } of made) {
      const { lastSeq } = await zhang.call('thread.get', { thread: secret })
      await zhang.call('thread.close', { thread: secret, disposition: 'handledOnSite', seen: lastSeq })
    }
  }
  return { ...staff, made: made as [(typeof made)[number], (typeof made)[number]], close }
}

describe('whose a private thread is cannot be tried out', () => {
  test('by holding the thread, or leaving it open, and looking what of which resident stays', async () => {
    const { desk, daiban, ducha, guanli, made, close } = await twoSecrets()
    await desk.pass(8 * month)
    const of = (contact: string) => ({ scope: { kind: 'contact', contact } as const })
    const seen = async () => {
      const told = []
      for (const reader of [ducha, guanli])
        for (const { contact } of made) {
          const { backups: _, exports: __, ...rest } = await reader.call('erasure.preview', of(contact))
          told.push(rest)
        }
      return told
    }
    const open = await seen()
    expect(open.map((each) => each.open)).toEqual([0, 0, 0, 0])
    await close()
    await desk.pass(8 * month)
    const before = await seen()
    await daiban.call('hold.place', { of: { kind: 'thread', thread: made[0].secret }, reason: '留存' })
    expect(await seen()).toEqual(before)
    expect((await daiban.call('erasure.preview', of(made[0].contact))).held).toBeGreaterThan(0)
    // It stays all the same, and so does the name on it.
    await erase(guanli, { kind: 'contact', contact: made[0].contact })
    expect(await wordsIn(daiban, made[0].secret)).toContain('他又打我')
    expect((await daiban.call('contact.card', { contact: made[0].contact })).name).toBe('三组 王桂兰')
    const run = {
      scope: { kind: 'contact', contact: made[0].contact } as const,
      digest: '',
      ground,
      password,
    }
    expect(await guanli.refused('erasure.run', run)).toEqual({ code: 'nothing_to_do' })
  })

  test('by holding a resident and looking at the thread', async () => {
    const { desk, daiban, ducha, guanli, made, close } = await twoSecrets()
    await close()
    await desk.pass(8 * month)
    await daiban.call('hold.place', { of: { kind: 'contact', contact: made[0].contact }, reason: '留存' })
    for (const { secret } of made) {
      const scope = { kind: 'thread', thread: secret } as const
      for (const reader of [ducha, guanli])
        expect(await reader.refused('erasure.preview', { scope })).toEqual({ code: 'private_thread' })
      expect(await guanli.refused('erasure.run', { scope, digest: '', ground, password })).toEqual({
        code: 'private_thread',
      })
    }
    expect(
      await ducha.call('erasure.preview', { scope: { kind: 'thread', thread: made[0].open } }),
    ).toMatchObject({
      contents: 0,
    })
  })
})
