import { describe, expect, test } from 'vitest'
import { draft, everybody, typesOf, village, words } from '../support/broadcasting.ts'

describe('two people', () => {
  test('draft and approve, never one: also not whoever bettered a word of it', async () => {
    const given = await village()
    const { consoles } = given
    const broadcast = await draft(consoles.daiban)
    const { version, may } = await consoles.daiban.call('broadcast.get', { broadcast })
    expect(may).toEqual({ change: true, approve: false, decline: true, cancel: true, remind: false })
    const asked = { broadcast, version, reachable: 2 }
    expect(await consoles.daiban.refused('broadcast.approve', asked)).toEqual({ code: 'own_draft' })
    expect(await consoles.zhang.refused('broadcast.approve', asked)).toMatchObject({ code: 'forbidden' })
    const other = await draft(consoles.zhang)
    const before = await consoles.daiban.call('broadcast.get', { broadcast: other })
    await consoles.daiban.call('broadcast.change', {
      broadcast: other,
      version: before.version,
      ...words,
      text: '改过了',
      audience: everybody,
    })
    const after = await consoles.daiban.call('broadcast.get', { broadcast: other })
    expect(after).toMatchObject({ text: '改过了', writers: [{ user: 'zhang' }, { user: 'daiban' }] })
    expect(
      await consoles.daiban.refused('broadcast.approve', {
        broadcast: other,
        version: after.version,
        reachable: 2,
      }),
    ).toEqual({ code: 'own_draft' })
    expect(typesOf(given)).not.toContain('broadcast.approved')
  })

  test('what is approved is what was seen: a changed draft or audience is refused', async () => {
    const { consoles, contacts, works, zhao } = await village()
    const broadcast = await draft(consoles.zhang)
    const { version } = await consoles.daiban.call('broadcast.get', { broadcast })
    await consoles.zhang.call('broadcast.change', { broadcast, version, ...words, audience: everybody })
    expect(
      await consoles.daiban.refused('broadcast.approve', { broadcast, version, reachable: 2 }),
    ).toMatchObject({ code: 'draft_changed' })
    const now = (await consoles.daiban.call('broadcast.get', { broadcast })).version
    contacts.befriend('ZhangSan', 'wm3')
    await consoles.zhang.call('friends.pull', { contact: zhao })
    await works()
    expect(
      await consoles.daiban.refused('broadcast.approve', { broadcast, version: now, reachable: 2 }),
    ).toEqual({ code: 'audience_changed', reachable: 3 })
    await consoles.daiban.call('broadcast.approve', { broadcast, version: now, reachable: 3 })
  })

  test('a declined one tells why, and is a draft again once it was changed', async () => {
    const { consoles } = await village()
    const broadcast = await draft(consoles.zhang)
    const { version } = await consoles.daiban.call('broadcast.get', { broadcast })
    await consoles.daiban.call('broadcast.decline', { broadcast, version, reason: '写上咨询电话' })
    const declined = await consoles.zhang.call('broadcast.get', { broadcast })
    expect(declined).toMatchObject({ broadcast: { state: 'declined' }, declinedReason: '写上咨询电话' })
    await consoles.zhang.call('broadcast.change', {
      ...{ broadcast, version: declined.version, ...words, audience: everybody },
      text: '咨询 13812345678',
    })
    const again = await consoles.daiban.call('broadcast.get', { broadcast })
    // A notice to the public: whoever approves it sees the number that goes out.
    expect(again).toMatchObject({ text: '咨询 13812345678', declinedReason: null })
    expect(again.broadcast.state).toBe('drafted')
  })
})
