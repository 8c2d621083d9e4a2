import { describe, expect, it } from 'vitest'
import { filled, lastSpeakers, namedIn } from '../../src/console/screens/inbox/neutral-line.ts'
import { timelineRows } from '../../src/console/screens/inbox/timeline-rows.ts'
import type { MessageItem } from '../../src/contract/threads.ts'

const said = (
  seq: number,
  author: string,
  minute: number,
  text = '',
  from: 'resident' | 'desk' = 'resident',
) =>
  ({
    item: 'message',
    seq,
    from,
    author,
    authorName: author,
    mark: null,
    kind: 'text',
    text,
    masked: false,
    title: null,
    image: null,
    media: null,
    place: null,
    url: null,
    menu: null,
    pressed: false,
    raw: null,
    fromClient: false,
    sentAt: new Date(Date.parse('2026-11-23T06:00:00.000Z') + minute * 60_000).toISOString(),
    recalledAt: null,
    delivery: null,
    deliveryError: null,
  }) satisfies MessageItem

describe('a group’s timeline', () => {
  /** Those that go on where the one before stopped. */
  const following = (items: MessageItem[], inGroup = true) =>
    timelineRows(items, inGroup).flatMap((row) => (row.row === 'item' && row.follows ? [row.item.seq] : []))

  it('names whoever speaks with their first words, and not again with the next', () => {
    const items = [said(1, '王桂兰', 0), said(2, '王桂兰', 1), said(3, '李强', 2), said(4, '王桂兰', 3)]
    expect(following(items)).toEqual([2])
  })

  it('names them again after a pause, and after the desk has spoken', () => {
    const desk = said(3, 'chenjun', 8, '', 'desk')
    expect(following([said(1, '王桂兰', 0), said(2, '王桂兰', 7), desk, said(4, '王桂兰', 9)])).toEqual([])
  })

  it('is no group’s where two talk alone', () => {
    expect(following([said(1, '王桂兰', 0), said(2, '王桂兰', 1)], false)).toEqual([])
  })
})

describe('moving to private talk', () => {
  it('offers the last words of each who spoke, newest first', () => {
    const items = [
      said(1, '王桂兰', 0),
      said(2, '李强', 1),
      said(3, '王桂兰', 2),
      said(4, 'chenjun', 3, '', 'desk'),
    ]
    expect(lastSpeakers(items).map(({ seq }) => seq)).toEqual([3, 2])
  })

  it('tells before it is sent that the line names somebody', () => {
    expect(namedIn('请大家先不要讨论王桂兰家的事', '三组 王桂兰')).toBe('王桂兰')
    expect(namedIn('这件事我们单独沟通', '三组 王桂兰')).toBeNull()
    expect(namedIn('好。', '。')).toBeNull()
  })

  it('fills the station’s sentences and leaves what it does not know to be seen', () => {
    expect(filled('我是{station}的{officer}，{desk}', { station: '云溪派出所', officer: '陈军' })).toBe(
      '我是云溪派出所的陈军，{desk}',
    )
  })
})
