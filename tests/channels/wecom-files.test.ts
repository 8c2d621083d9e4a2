import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { nameIn } from '../../src/channels/wecom/media-calls.ts'
import { failureOf, pass } from '../support/wecom-desk.ts'
import { answering } from '../support/wecom-net.ts'
import { at, desk, get, kfid, MiB, resident, serving, wecom } from './wecom-own-emulator.ts'

describe('files', () => {
  const give = async (file: Record<string, unknown>) => {
    const writing = { account: kfid(), customer: resident(), file: { kind: 'file' as const, ...file } }
    const { mediaId } = await wecom.control.customerWrites(writing)
    return mediaId!
  }

  it('come with their name, however it is written in the headers', async () => {
    const bytes = randomBytes(5_000)
    for (const nameForm of ['plain', 'percent', 'rfc5987'] as const) {
      const name = '户口本 第1页.pdf'
      const type = 'application/pdf'
      const id = await give({ base64: bytes.toString('base64'), name, contentType: type, nameForm })
      expect(await desk.api.downloadMedia(id, 20 * MiB)).toEqual({ file: bytes, name, type })
    }
  })

  it('that are large come piece by piece, and are whole and the same', async () => {
    const bytes = randomBytes(19 * MiB + 7)
    const id = await give({ base64: bytes.toString('base64'), name: 'a.zip', encrypted: true })
    await wecom.control.clearLedgers()
    await wecom.control.failNext({ path: get, effect: { kind: 'error', errcode: 830002 } })
    const { file, name } = await desk.api.downloadMedia(id, 20 * MiB)
    expect(file.equals(bytes)).toBe(true)
    expect(name).toBe('a.zip')
    expect((await wecom.control.counts()).perPath[get]).toEqual({ 830002: 1, 0: 3 })
  })

  it('larger than asked for are not taken in, whole or in pieces', async () => {
    const id = await give({ size: 300_000 })
    expect(await failureOf(desk.api.downloadMedia(id, 200_000))).toMatchObject({ why: 'tooBig', path: get })
    await wecom.control.failNext({ path: get, effect: { kind: 'error', errcode: 830002 } })
    expect(await failureOf(desk.api.downloadMedia(id, 200_000))).toMatchObject({ why: 'tooBig' })
    expect((await desk.api.downloadMedia(id, 300_000)).file).toHaveLength(300_000)
    const large = await give({ size: 19 * MiB })
    await wecom.control.clearLedgers()
    await wecom.control.failNext({ path: get, effect: { kind: 'error', errcode: 830002 } })
    expect(await failureOf(desk.api.downloadMedia(large, 18 * MiB))).toMatchObject({ why: 'tooBig' })
    expect(await wecom.control.calls({ path: get })).toHaveLength(2)
  })

  it('that are gone are refused as that, and one that holds JSON is none', async () => {
    const id = await give({ size: 10_000 })
    await pass(desk, wecom, 73 * 3_600_000)
    expect(await failureOf(desk.api.downloadMedia(id, MiB))).toMatchObject({ errcode: 40007 })
    const json = Buffer.from('{"errcode":40007,"errmsg":"a resident’s own file"}')
    const base64 = json.toString('base64')
    const own = await give({ base64, name: 'a.json', contentType: 'application/json' })
    expect((await desk.api.downloadMedia(own, MiB)).file).toEqual(json)
  })

  it('are not a page that something between answered with', async () => {
    const portal = await answering((asked, answer) => {
      if (asked.url?.includes('gettoken')) return answer.end('{"errcode":0,"access_token":"t"}')
      return answer.setHeader('content-type', 'text/html').end('<html>log in first</html>')
    })
    serving.push(portal)
    expect(await failureOf(at(portal.url).api.downloadMedia('m', MiB))).toMatchObject({ why: 'notJson' })
  })

  it('that come in pieces of nothing are given up', async () => {
    let pieces = 0
    const endless = await answering((asked, answer) => {
      if (asked.url?.includes('gettoken')) return answer.end('{"errcode":0,"access_token":"t"}')
      if (asked.headers.range === undefined) {
        answer.setHeader('content-type', 'application/json')
        return answer.end('{"errcode":830002,"errmsg":"too big"}')
      }
      pieces += 1
      const piece = pieces === 1 ? 'x' : ''
      answer.setHeader('content-range', `bytes ${pieces === 1 ? '0-0' : '1-0'}/100`)
      answer.setHeader('content-disposition', 'attachment; filename="a"')
      return answer.writeHead(206).end(piece)
    })
    serving.push(endless)
    expect(await failureOf(at(endless.url).api.downloadMedia('m', MiB))).toMatchObject({ why: 'unexpected' })
    expect(pieces).toBe(2)
  })

  it('go out under their own name and come back the same', async () => {
    const file = randomBytes(400_000)
    const name = '"笔录"\r\n副本.docx'
    const id = await desk.api.uploadMedia({ kind: 'file', name, type: 'application/octet-stream', file })
    const back = await desk.api.downloadMedia(id, MiB)
    expect(back.file.equals(file)).toBe(true)
    expect(back.name).toBe('_笔录___副本.docx')
  })

  it('have no folder and nothing unprintable in their name', () => {
    expect(nameIn('attachment; filename="..\\..\\a/b\u0000.txt"')).toBe('b.txt')
    expect(nameIn('attachment; filename=plain.txt')).toBe('plain.txt')
    expect(nameIn('attachment; filename="100%.txt"')).toBe('100%.txt')
    expect(nameIn('attachment')).toBeNull()
    expect(nameIn(null)).toBeNull()
  })
})
