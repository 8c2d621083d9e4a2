import { describe, expect, test } from 'vitest'
import type { ItemState } from '../../src/desk/handoff/item.ts'
import * as signing from '../../src/desk/handoff/signing.ts'
import { chief, given, handoff, item, keep, li, offered, types, zhang } from '../support/handoff-facts.ts'

const colleague = (user: string, onShift = true) => ({ user, works: true, onShift })
const standing = (...items: ItemState[]): signing.Standing[] =>
  items.map((each) => ({ item: each, left: null }))
const outgoing = { to: 'li', colleague: colleague('li'), signOff: false, onBehalf: null }

describe('rule 16: the outgoing signature', () => {
  const sign = (by: typeof zhang, over: Partial<signing.OutgoingSignature> = {}, items = standing(given())) =>
    signing.signOutgoing(handoff(), by, { ...outgoing, ...over }, items)
  test('when each item is decided, or has gone elsewhere meanwhile', () => {
    expect(types(sign(zhang))).toEqual(['handoff.signed'])
    expect(sign(zhang, {}, standing(given(), item({ id: 't2' })))).toEqual({
      refused: { code: 'handoff_unfinished', lacks: 'decisions', items: ['t2'] },
    })
    expect(types(sign(zhang, {}, [{ item: item(), left: 'closed' }]))).toEqual(['handoff.signed'])
  })
  test('to somebody who works here, and to somebody else', () => {
    expect(types(sign(zhang, { to: null, colleague: null }))).toBe('not_found')
    expect(types(sign(zhang, { colleague: { ...colleague('li'), works: false } }))).toBe('not_found')
    expect(types(sign(zhang, { to: 'zhang', colleague: colleague('zhang') }))).toBe('needs_second_person')
    expect(types(sign(zhang, { colleague: colleague('li', false) }))).toEqual(['handoff.signed'])
  })
  test('rule 17: a supervisor signs in an absent officer’s place, with a reason, and not to himself', () => {
    expect(types(sign(chief))).toBe('wrong_side')
    expect(types(sign(li, { onBehalf: '他走了' }))).toBe('wrong_side')
    expect(sign(chief, { onBehalf: '他走了' })).toMatchObject({
      entries: [{ data: { side: 'outgoing', to: 'li', onBehalfOf: 'zhang' }, content: { reason: '他走了' } }],
    })
    expect(types(sign(chief, { onBehalf: '他走了', to: 'chief', colleague: colleague('chief') }))).toBe(
      'needs_second_person',
    )
  })
  test('once', () => {
    expect(types(signing.signOutgoing(offered(), zhang, outgoing, []))).toBe('wrong_state')
  })
})

describe('rule 16: the incoming signature', () => {
  const moving = (to: string): signing.Completion => ({
    signOn: (user) => [{ type: 'shift.signedOn', v: 1, subject: user, data: {} }],
    signOff: (user, parted) => [
      { type: 'shift.signedOff', v: 1, subject: user, data: { parted: [...parted] } },
    ],
    moves: (each, owner) => {
      expect(owner).toBe(to)
      return [{ type: 'thread.handedOver', v: 1, subject: each.id, data: { from: 'zhang', to: owner } }]
    },
  })
  const sign = (
    by: typeof zhang,
    items: signing.Standing[],
    over: { onBehalf?: string; there?: boolean; of?: ReturnType<typeof offered> } = {},
    to = 'li',
  ) =>
    signing.signIncoming(
      over.of ?? offered(),
      by,
      {
        onBehalf: over.onBehalf ?? null,
        named: colleague('li', over.there ?? true),
        signer: colleague(by.user),
      },
      items,
      moving(to),
    )
  const ready = given({ accepted: true })
  test('moves what is handed over, leaves what is kept, and ends with the entry the checkpoint is made of', () => {
    const kept = item({ id: 't2', decision: { ...keep, seq: 3 } })
    const done = sign(li, standing(ready, kept))
    expect(types(done)).toEqual(['handoff.signed', 'thread.handedOver', 'handoff.completed'])
    expect('entries' in done && done.entries.at(-1)?.data).toEqual({
      from: 'zhang',
      to: 'li',
      moved: 1,
      left: 0,
    })
  })
  test('says of each item that has gone elsewhere why it stays there', () => {
    const done = sign(li, [
      { item: given({ id: 't2' }), left: 'heldByOther' },
      { item: item({ id: 't3' }), left: 'closed' },
    ])
    expect(types(done)).toEqual([
      'handoff.signed',
      'handoff.itemLeft',
      'handoff.itemLeft',
      'handoff.completed',
    ])
    expect('entries' in done && done.entries[1]?.data).toEqual({
      item: 't2',
      thread: 't1',
      why: 'heldByOther',
    })
  })
  test('not before questions are answered, the severe ones read back and all accepted', () => {
    const lacks = (items: signing.Standing[]) => {
      const refused = sign(li, items)
      return 'refused' in refused ? refused.refused : null
    }
    const severe = given({ severity: 'serious', accepted: true })
    expect(lacks(standing({ ...ready, questions: 1 }))).toMatchObject({ lacks: 'replies', items: ['t1'] })
    expect(lacks(standing(severe))).toMatchObject({ lacks: 'readBack', items: ['t1'] })
    expect(lacks(standing(given()))).toMatchObject({ lacks: 'acceptance', items: ['t1'] })
    expect(lacks(standing({ ...severe, readBack: true }))).toBeNull()
    expect(lacks([{ item: given({ severity: 'critical' }), left: 'closed' }])).toBeNull()
  })
  test('only of what is offered', () => {
    for (const state of ['preparing', 'done', 'cancelled'] as const)
      expect(types(sign(li, standing(ready), { of: offered({ state }) }))).toBe('wrong_state')
  })
  test('never by somebody who signed the other side, nor by a third person', () => {
    expect(types(sign(zhang, standing(ready)))).toBe('needs_second_person')
    expect(
      types(sign(chief, standing(ready), { of: { ...offered(), signedBy: 'chief' }, onBehalf: '他没来' })),
    ).toBe('needs_second_person')
    expect(types(sign({ user: 'wang', role: 'officer' }, standing(ready), { onBehalf: '我来' }))).toBe(
      'wrong_side',
    )
    expect(types(sign(chief, standing(ready)))).toBe('wrong_side')
  })
  test('whoever was off shift is on from now, and the outgoing officer goes if that was asked for', () => {
    expect(types(sign(li, standing(ready), { there: false, of: offered({ signOff: true }) }))).toEqual([
      'handoff.signed',
      'shift.signedOn',
      'thread.handedOver',
      'shift.signedOff',
      'handoff.completed',
    ])
  })
  test('by nobody who was disabled while the password was being checked', () => {
    const gone = { ...colleague('li'), works: false }
    const asked = { onBehalf: null, named: gone, signer: gone }
    const done = signing.signIncoming(offered(), li, asked, standing(ready), moving('li'))
    expect(types(done)).toBe('not_found')
  })
  test('rule 17: in the place of one who is on shift they get it all; what nobody read back is on record', () => {
    const done = sign(chief, standing(given({ severity: 'serious' })), { onBehalf: '他去出警了' })
    expect('entries' in done && done.entries[0]).toMatchObject({
      data: {
        side: 'incoming',
        onBehalfOf: 'li',
        lacks: { readBack: ['t1'], acceptance: ['t1'], replies: [] },
      },
      content: { reason: '他去出警了' },
    })
    expect('entries' in done && done.entries.at(-1)?.data).toMatchObject({ to: 'li' })
  })
  test('rule 17: in the place of one who is not there the supervisor answers for it', () => {
    const done = sign(chief, standing(given()), { onBehalf: '他没来', there: false }, 'chief')
    expect(types(done)).toEqual(['handoff.signed', 'thread.handedOver', 'handoff.completed'])
    expect('entries' in done && done.entries.at(-1)?.data).toMatchObject({ to: 'chief' })
  })
})
