import { describe, expect, it } from 'vitest'
import { writtenIn } from '../../src/console/composables/written.ts'
import { memoryStorage } from '../support/memory-storage.ts'

describe('what is written where the core keeps no draft', () => {
  const refused = async () => false
  const done = async () => true

  it('stays when its act is refused, and leaves once it is done', async () => {
    const written = writtenIn(memoryStorage(), () => 'zhang')
    const field = written.field(() => 'handoff.question.h.t')
    field.value = ' 材料寄到哪里 '
    const given: string[] = []
    const ask = (act: () => Promise<boolean>) =>
      written.until('handoff.question.h.t', (text) => {
        given.push(text)
        return act()
      })
    expect(await ask(refused)).toBe(false)
    expect(field.value).toBe(' 材料寄到哪里 ')
    expect(await ask(done)).toBe(true)
    expect(field.value).toBe('')
    expect(given).toEqual(['材料寄到哪里', '材料寄到哪里'])
    expect(await ask(done)).toBe(false)
    expect(given).toHaveLength(2)
  })

  it('stays where it was written on while the act was under way', async () => {
    const written = writtenIn(memoryStorage(), () => 'zhang')
    written.write('handoff.notice.h', '三楼停电')
    await written.until('handoff.notice.h', async () => {
      written.write('handoff.notice.h', '三楼停电到五点')
      return true
    })
    expect(written.of('handoff.notice.h')).toBe('三楼停电到五点')
  })

  it('survives a reload, in its own place, for whoever wrote it', () => {
    const storage = memoryStorage()
    writtenIn(storage, () => 'zhang').write('handoff.reply.q1', '寄到户籍窗口')
    let user = 'li'
    const reloaded = writtenIn(storage, () => user)
    expect(reloaded.of('handoff.reply.q1')).toBe('')
    user = 'zhang'
    expect(reloaded.of('handoff.reply.q1')).toBe('寄到户籍窗口')
    expect(reloaded.of('handoff.reply.q2')).toBe('')
    reloaded.write('handoff.reply.q1', '')
    expect(storage.length).toBe(0)
  })
})
