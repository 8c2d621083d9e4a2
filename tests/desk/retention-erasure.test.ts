import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { privateContents, privateIds } from '../../src/desk/privacy/withheld.ts'
import { exportBundle } from '../../src/ledger/export/export.ts'
import { verifyBundle, verifyDatabase } from '../../src/ledger/verify/verify.ts'
import { at } from '../support/console.ts'
import { erase, finished } from '../support/erasing.ts'
import { due, ground, longMatters, matter, month, staffed, wordsIn } from '../support/old-matters.ts'
import { entriesOf, password, screensFollowLedger, tempDir, undoneOnce } from '../support/station.ts'

describe('an erasure', () => {
  test('needs the admin’s own password; a wrong one is on record', async () => {
    const { desk, zhang, guanli } = await staffed()
    const thread = await matter(desk, zhang, { text: '请问几点上班' })
    await desk.pass(37 * month)
    const { digest } = await guanli.call('erasure.preview', { scope: due })
    const run = { scope: due, digest, ground }
    expect(await guanli.refused('erasure.run', { ...run, password: 'wrong' })).toMatchObject({
      code: 'wrong_password',
    })
    expect(entriesOf(desk.station, 'session.refused')).toMatchObject([{ subject: 'guanli' }])
    expect(await wordsIn(zhang, thread)).toContain('请问几点上班')
  })

  test('is of the very set that was previewed', async () => {
    const { desk, zhang, guanli } = await staffed()
    await matter(desk, zhang, { text: '请问几点上班', from: '三组 王桂兰' })
    await desk.pass(2 * month)
    await matter(desk, zhang, { text: '周末开门吗', from: '二组 李四' })
    await desk.pass(34 * month)
    const { digest } = await guanli.call('erasure.preview', { scope: due })
    await desk.pass(2 * month)
    expect(await guanli.refused('erasure.run', { scope: due, digest, ground, password })).toEqual({
      code: 'preview_outdated',
    })
  })

  test('that was undone by the disk erases nothing', async () => {
    const { desk, zhang, guanli } = await staffed()
    const thread = await matter(desk, zhang, { text: '请问几点上班' })
    await desk.pass(37 * month)
    const { digest } = await guanli.call('erasure.preview', { scope: due })
    undoneOnce(desk)
    await guanli.refused('erasure.run', { scope: due, digest, ground, password })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await wordsIn(zhang, thread)).toContain('请问几点上班')
    expect(desk.station.erasing.running).toBe(false)
  })

  test('broken off by a restart goes on by itself, and ends as if it had not been', async () => {
    const { desk, zhang, guanli } = await staffed()
    await longMatters(desk, zhang)
    await desk.pass(37 * month)
    const { digest, contents } = await guanli.call('erasure.preview', { scope: due })
    await guanli.call('erasure.run', { scope: due, digest, ground, password })
    while (desk.station.erasing.plans.present()?.contents === 0)
      await new Promise((resolve) => setImmediate(resolve))
    const some = desk.station.erasing.plans.present()!.contents
    expect(some).toBeLessThan(contents)
    await desk.restart()
    while (desk.station.erasing.plans.present() !== null)
      await new Promise((resolve) => setTimeout(resolve, 5))
    const again = await at(desk, 'guanli')
    const [run] = await again.call('erasures.list', {})
    expect(run).toMatchObject({ contents, byName: '管理员吴', ground })
    expect(await again.call('erasure.preview', { scope: due })).toMatchObject({ contents: 0 })
    expect(entriesOf(desk.station, 'erasure.started', 'erasure.finished')).toHaveLength(2)
    expect(screensFollowLedger(desk.station)).toBe(true)
    expect((await verifyDatabase(desk.station.options.file, {})).unaltered).toEqual({ ok: true })
  }, 60_000)

  test('can be cancelled; what went by then is gone, and the rest can be erased later', async () => {
    const { desk, zhang, guanli } = await staffed()
    await longMatters(desk, zhang)
    await desk.pass(37 * month)
    const { digest, contents } = await guanli.call('erasure.preview', { scope: due })
    const { work } = await guanli.call('erasure.run', { scope: due, digest, ground, password })
    expect(await guanli.refused('erasure.run', { scope: due, digest, ground, password })).toEqual({
      code: 'busy',
      what: 'erasure',
    })
    while (desk.station.erasing.plans.present()?.contents === 0)
      await new Promise((resolve) => setImmediate(resolve))
    await guanli.call('work.cancel', { work })
    expect(await finished(guanli, work)).toMatchObject({ state: 'cancelled' })
    const rest = (await guanli.call('erasure.preview', { scope: due })).contents
    expect(rest).toBeGreaterThan(0)
    expect(rest).toBeLessThan(contents)
    expect(desk.station.erasing.plans.present()).toBeNull()
    expect(await erase(guanli, due)).toMatchObject({ state: 'done', result: { contents: rest } })
  }, 60_000)

  test('keeps no officer waiting', async () => {
    const { desk, zhang, guanli } = await staffed()
    await longMatters(desk, zhang)
    await desk.pass(37 * month)
    const { digest } = await guanli.call('erasure.preview', { scope: due })
    const { work } = await guanli.call('erasure.run', { scope: due, digest, ground, password })
    let claims = 0
    for (; (await guanli.call('work.get', { work })).state === 'running'; claims += 1)
      await zhang.call('thread.claim', { thread: desk.hears({ text: '新来的事', from: `新居民${claims}` }) })
    const done = entriesOf(desk.station, 'content.erased', 'thread.claimed')
    const batches = done.filter(({ type }) => type === 'content.erased')
    for (const { data } of batches) expect((data.seqs as number[]).length).toBeLessThanOrEqual(250)
    // Between any two of its commits somebody else had a turn.
    const between = done.slice(done.indexOf(batches[0]!), done.indexOf(batches.at(-1)!))
    expect(between.filter(({ type }) => type === 'thread.claimed').length).toBeGreaterThanOrEqual(
      batches.length - 1,
    )
    expect(batches.length).toBeGreaterThan(4)
  }, 60_000)

  test('leaves what was erased out of an export, which verifies', async () => {
    const { desk, zhang, guanli } = await staffed()
    await matter(desk, zhang, { text: '请问几点上班' })
    await desk.pass(37 * month)
    await erase(guanli, due)
    const file = join(tempDir(), 'export.zip')
    await exportBundle(desk.station.db, file, {
      sign: desk.station.checkpoints.signer!,
      at: new Date(desk.now).toISOString(),
      withheld: new Set(privateContents(desk.station.db, privateIds(desk.station.db))),
    })
    expect((await verifyBundle(file, {})).unaltered).toEqual({ ok: true })
  })
})
