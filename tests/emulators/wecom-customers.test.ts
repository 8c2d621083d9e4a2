import { describe, expect, it } from 'vitest'
import type { Called } from './wecom/client.ts'
import {
  account,
  ask,
  code,
  day,
  gettoken,
  pull,
  resident,
  send,
  station,
  wecom,
  writes,
} from './wecom/own-station.ts'

/** Files, friends and 群发, as the emulator keeps them. */

describe('media', () => {
  async function upload(type: string, bytes: Uint8Array<ArrayBuffer>, name = '照片 1.png'): Promise<Called> {
    const form = new FormData()
    form.set('media', new File([bytes], name))
    const token = String((await gettoken()).access_token)
    const url = `${wecom.url}/cgi-bin/media/upload?access_token=${token}&type=${type}`
    return (await (await fetch(url, { method: 'POST', body: form })).json()) as Called
  }
  const get = async (media_id: string, range?: string) =>
    fetch(
      `${wecom.url}/cgi-bin/media/get?access_token=${(await gettoken()).access_token}&media_id=${media_id}`,
      {
        headers: range ? { range } : {},
      },
    )
  const filled = (start: string, size: number) => {
    const bytes = new Uint8Array(size)
    bytes.set(Buffer.from(start, 'latin1'))
    return bytes
  }
  const MiB = 1024 * 1024

  it('limits of size and kind when uploading', async () => {
    expect((await upload('photo', filled('\x89PNG', 100))).errcode).toBe(40005)
    expect((await upload('file', filled('', 0))).errcode).toBe(44001)
    expect((await upload('file', filled('', 5))).errcode).toBe(40006)
    expect((await upload('image', filled('GIF89a', 100))).errcode).toBe(40123)
    expect((await upload('image', filled('\x89PNG', 10 * MiB + 1))).errcode).toBe(45001)
    expect((await upload('voice', filled('RIFF', 100))).errcode).toBe(301017)
    expect((await upload('voice', filled('#!AMR\n', 6 + 61 * 50 * 13))).errcode).toBe(45007)
    const sent = await upload('image', filled('\x89PNG', 1000))
    expect(sent).toMatchObject({ errcode: 0, type: 'image', created_at: expect.any(String) })
    await writes('在吗')
    expect((await send({ msgtype: 'image', image: { media_id: sent.media_id } })).errcode).toBe(0)
    const back = await get(String(sent.media_id))
    expect(Buffer.from(back.headers.get('content-disposition') ?? '', 'latin1').toString()).toContain(
      '照片 1.png',
    )
    await wecom.control.advance({ ms: 3 * day + 1 })
    expect((await (await get(String(sent.media_id))).json()).errcode).toBe(40007)
  })

  it('large files in pieces only, encrypted ones in pieces of sixteen bytes', async () => {
    const file = (size: number, encrypted: boolean) =>
      wecom.control.customerWrites({ account, customer: resident, file: { kind: 'file', size, encrypted } })
    const { mediaId } = await file(1000, true)
    const piece = await get(mediaId!, 'bytes=0-511')
    expect([piece.status, piece.headers.get('content-range')]).toEqual([206, 'bytes 0-511/1000'])
    expect((await (await get(mediaId!, 'bytes=0-99')).json()).errcode).toBe(40058)
    expect((await get(mediaId!, 'bytes=512-999')).status).toBe(206)
    await wecom.control.settings({ rangeAbove: 999 })
    expect((await (await get(mediaId!)).json()).errcode).toBe(830002)
    const { mediaId: tooLarge } = await file(20 * MiB + 1, false)
    expect(tooLarge).toBeNull()
    expect((await pull()).items.at(-1)?.msgtype).toBe('text')
  })
})

describe('客户联系', () => {
  const friend = () =>
    wecom.control.befriend({
      corpid: station.corpid,
      userid: 'officer1',
      customer: resident,
      remark: '三组王',
    })

  it('knows only friends: 84061 for others, 48002 for an app that may not', async () => {
    const get = () => ask('externalcontact/get', undefined, { external_userid: resident })
    expect((await get()).errcode).toBe(84061)
    expect(await ask('externalcontact/list', undefined, { userid: 'officer1' })).toMatchObject({
      errcode: 84061,
      external_userid: [],
    })
    await friend()
    expect(await get()).toMatchObject({ follow_user: [{ userid: 'officer1', remark: '三组王' }] })
    await wecom.control.switchApp({ corpid: station.corpid, contactsAllowed: false })
    expect((await get()).errcode).toBe(48002)
  })

  it('remarks and tags, of the own making only', async () => {
    await friend()
    const who = { userid: 'officer1', external_userid: resident }
    expect(await code('externalcontact/remark', who)).toBe(40063)
    expect(await code('externalcontact/remark', { ...who, remark: '长'.repeat(21) })).toBe(40058)
    expect(await code('externalcontact/remark', { ...who, remark: '四组王', remark_mobiles: [''] })).toBe(0)
    const { tag_group: made } = await ask('externalcontact/add_corp_tag', {
      group_name: '关注',
      tag: [{ name: '独居' }, { name: '独居' }, { name: '低保', order: 5 }],
    })
    const tags = (made as { tag: { id: string; name: string }[] }).tag
    expect(tags.map((tag) => tag.name)).toEqual(['低保', '独居'])
    expect(await code('externalcontact/mark_tag', { ...who, add_tag: [tags[0]!.id] })).toBe(0)
    expect(await code('externalcontact/mark_tag', { ...who, add_tag: ['etNONE'] })).toBe(40068)
    const { external_contact_list } = await ask('externalcontact/batch/get_by_user', {
      userid_list: ['officer1'],
    })
    expect(external_contact_list).toMatchObject([
      { follow_info: { remark: '四组王', tag_id: [tags[0]!.id] } },
    ])
    const foreign = await wecom.control.addTagGroup({ corpid: station.corpid, name: '总部', tags: ['重点'] })
    expect(await code('externalcontact/del_corp_tag', { group_id: [foreign.groupId] })).toBe(81011)
    expect(await code('externalcontact/del_corp_tag', { tag_id: tags.map((tag) => tag.id) })).toBe(0)
    const { tag_group: left } = await ask('externalcontact/get_corp_tag_list', {})
    expect((left as { group_name: string }[]).map((group) => group.group_name)).toEqual(['总部'])
  })

  it('a 群发 is a task until the officer confirms, and reaches each customer as often as allowed', async () => {
    await friend()
    await wecom.control.settings({ dispatching: 1000, broadcastQuota: 1 })
    const make = () =>
      ask('externalcontact/add_msg_template', {
        external_userid: [resident, station.customers[1]],
        text: { content: '停水通知' },
      })
    const results = async (msgid: unknown) => {
      const { send_list } = await ask('externalcontact/get_groupmsg_send_result', {
        msgid,
        userid: 'officer1',
      })
      return (send_list as { status: number }[]).map((one) => one.status)
    }
    const first = await make()
    expect(first.fail_list).toEqual([station.customers[1]])
    expect(await code('externalcontact/get_groupmsg_task', { msgid: first.msgid })).toBe(41063)
    await wecom.control.advance({ ms: 1000 })
    expect((await ask('externalcontact/get_groupmsg_task', { msgid: first.msgid })).task_list).toEqual([
      { userid: 'officer1', status: 0 },
    ])
    expect(await results(first.msgid)).toEqual([0])
    await wecom.control.confirmBroadcast({ corpid: station.corpid, msgid: String(first.msgid) })
    expect(await results(first.msgid)).toEqual([1])
    const later = await make()
    await wecom.control.advance({ ms: 1000 })
    await wecom.control.confirmBroadcast({ corpid: station.corpid, msgid: String(later.msgid) })
    expect(await results(later.msgid)).toEqual([3])
    expect(await code('externalcontact/cancel_groupmsg_send', { msgid: later.msgid })).toBe(0)
    expect(await code('externalcontact/remind_groupmsg_send', { msgid: later.msgid })).toBe(41093)
    expect(await code('externalcontact/get_groupmsg_task', { msgid: 'msgNONE' })).toBe(41047)
  })
})
