import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { inputMethodGuard } from '../../src/console/parts/input-method.ts'
import { draftKeeper } from '../../src/console/screens/inbox/drafts.ts'
import { quickChoices } from '../../src/console/screens/inbox/quick-choices.ts'
import { memoryStorage } from '../support/memory-storage.ts'

const key = (over: Partial<KeyboardEvent> = {}) => ({
  key: 'Enter',
  keyCode: 13,
  isComposing: false,
  ...over,
})

describe('Enter while an input method is at work', () => {
  it('is the input method’s as long as it composes, however the browser says so', () => {
    const guard = inputMethodGuard(() => 0)
    expect(guard.owns(key({ isComposing: true }))).toBe(true)
    expect(guard.owns(key({ keyCode: 229 }))).toBe(true)
    guard.start()
    expect(guard.owns(key())).toBe(true)
  })

  it('is not the officer’s when it follows the end of composing as an echo', () => {
    let now = 1_000
    const guard = inputMethodGuard(() => now)
    guard.start()
    guard.end()
    now += 99
    expect(guard.owns(key())).toBe(true)
    now += 2
    expect(guard.owns(key())).toBe(false)
  })

  it('leaves other keys alone right after composing', () => {
    const guard = inputMethodGuard(() => 0)
    guard.start()
    guard.end()
    expect(guard.owns(key({ key: 'a', keyCode: 65 }))).toBe(false)
  })
})

describe('a draft', () => {
  const zhang = () => 'zhang'
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it('is saved a quarter of a second after the last key, once', async () => {
    const save = vi.fn(async () => {})
    const drafts = draftKeeper(save, memoryStorage(), zhang)
    drafts.change('t1', '您')
    drafts.change('t1', '您好')
    await vi.advanceTimersByTimeAsync(249)
    expect(save).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(save.mock.calls).toEqual([['t1', '您好']])
    expect(drafts.state.value).toBe('saved')
  })

  it('survives a lost link and a reload, and goes out when the link is back', async () => {
    const storage = memoryStorage()
    const lost = draftKeeper(() => Promise.reject(new Error('disconnected')), storage, zhang)
    lost.change('t1', '请您先别转账')
    await vi.advanceTimersByTimeAsync(300)
    expect(lost.state.value).toBe('unsaved')

    const save = vi.fn(async () => {})
    const reloaded = draftKeeper(save, storage, zhang)
    expect(reloaded.of('t1', '旧的')).toBe('请您先别转账')
    reloaded.flush()
    await vi.advanceTimersByTimeAsync(0)
    expect(save.mock.calls).toEqual([['t1', '请您先别转账']])
    expect(storage.length).toBe(0)
  })

  it('belongs to its officer, not to the PC', async () => {
    const storage = memoryStorage()
    let user = 'zhang'
    const save = vi.fn(() => Promise.reject(new Error('disconnected')))
    const drafts = draftKeeper(save, storage, () => user)
    drafts.change('t1', '张警官写的')
    await vi.advanceTimersByTimeAsync(300)
    drafts.change('t2', '写到一半')
    user = 'li'
    save.mockClear()
    drafts.flush()
    await vi.advanceTimersByTimeAsync(300)
    expect(save).not.toHaveBeenCalled()
    expect(drafts.of('t1', null)).toBe('')
    user = 'zhang'
    expect([drafts.of('t1', null), drafts.of('t2', null)]).toEqual(['张警官写的', '写到一半'])
  })

  it('that was sent does not come back from a save still under way', async () => {
    const answers: (() => void)[] = []
    const save = vi.fn((_thread: string, _text: string) => new Promise<void>((done) => answers.push(done)))
    const drafts = draftKeeper(save, memoryStorage(), zhang)
    drafts.change('t1', '好的')
    drafts.flush()
    drafts.forget('t1')
    answers[0]!()
    await vi.advanceTimersByTimeAsync(0)
    expect(save.mock.calls.at(-1)).toEqual(['t1', ''])
  })
})

describe('the quick replies behind “/”', () => {
  const replies = [
    { id: '1', title: '户籍窗口时间', text: '周一至周五', category: null, shortcut: 'hk' },
    { id: '2', title: '涉诈提醒', text: '请不要转账，户籍信息也不要给', category: null, shortcut: 'zp' },
  ]
  const papers = [{ id: '1', title: '新生儿落户', papers: ['出生医学证明', '户口簿'], note: '原件' }]
  const find = (words: string) => quickChoices(replies, papers, words, (title) => `办理${title}需要：`)

  it('come by shortcut, title and text, and the papers after them', () => {
    expect(find('hk').map((one) => one.title)).toEqual(['户籍窗口时间'])
    expect(find('户籍').map((one) => one.title)).toEqual(['户籍窗口时间', '涉诈提醒'])
    expect(find('').map((one) => one.group)).toEqual(['replies', 'replies', 'papers'])
  })

  it('put the list of papers into the answer as text', () => {
    expect(find('落户')[0]?.text).toBe('办理新生儿落户需要：\n1. 出生医学证明\n2. 户口簿\n原件')
  })
})
