import { describe, expect, it } from 'vitest'
import { broadcasts as enBroadcasts } from '../../src/console/i18n/en/broadcasts.ts'
import { friends as enFriends } from '../../src/console/i18n/en/friends.ts'
import { broadcasts as zhBroadcasts } from '../../src/console/i18n/zh/broadcasts.ts'
import { friends as zhFriends } from '../../src/console/i18n/zh/friends.ts'
import { ableOf } from '../../src/console/screens/broadcasts/able.ts'
import { picked, reasonsIn, unpicked, whereParts } from '../../src/console/screens/broadcasts/audience.ts'
import {
  copyOfDraft,
  type Draft,
  differences,
  draftOf,
  emptyAudience,
  emptyDraft,
  inputOf,
  type LinkPart,
  missingIn,
  movedUp,
  roomLeft,
  textBytes,
  wrongInLink,
} from '../../src/console/screens/broadcasts/draft.ts'
import { percent, resultParts, stateKey, waitingFirst } from '../../src/console/screens/broadcasts/results.ts'
import {
  mayPush,
  pushedBy,
  pushFormOf,
  removableTags,
  tagChoices,
} from '../../src/console/screens/inbox/friends/pushing.ts'
import {
  corpTagOptions,
  fitsWecom,
  isGroupName,
  unlinkedTags,
} from '../../src/console/screens/settings/connections/tag-links.ts'
import {
  type BroadcastCounts,
  type BroadcastDetail,
  broadcastTextBytes,
  whyUnreachable,
} from '../../src/contract/broadcasts.ts'
import type { Friend, FriendState, FriendsStatus } from '../../src/contract/friends.ts'
import { contract } from '../../src/contract/index.ts'

const link = (over: Partial<LinkPart> = {}): LinkPart => ({
  key: 'k1',
  kind: 'link',
  title: '办身份证要带什么',
  url: 'https://example.gov.cn/id',
  description: '',
  picture: '',
  ...over,
})
const file = (state: 'reading' | 'ready' | 'failed') => ({
  key: 'k2',
  kind: 'file' as const,
  file: {
    upload: '0192f0c1-1111-7000-8000-000000000001',
    name: '通知.png',
    bytes: 9_000,
    state,
    part: 1,
    problem: '',
    preview: null,
  },
})
const written = (over: Partial<Draft> = {}): Draft => ({
  ...emptyDraft(),
  purpose: ' 户籍下乡 ',
  text: ' 本周六上午到村委会办理。 ',
  ...over,
})
const counts = (over: Partial<BroadcastCounts> = {}): BroadcastCounts => ({
  members: 2,
  confirmed: 1,
  residents: 6,
  waiting: 2,
  sent: 3,
  notFriend: 1,
  quota: 0,
  unsent: 0,
  ...over,
})
const detail: BroadcastDetail = {
  broadcast: {
    id: 'b1',
    purpose: '户籍下乡',
    preview: '本周六',
    attachments: 2,
    state: 'drafted',
    draftedBy: 'chenjun',
    draftedByName: '陈军',
    draftedAt: '2026-11-23T06:00:00.000Z',
    approvedByName: null,
    approvedAt: null,
    endedAt: null,
    counts: null,
  },
  version: 41,
  text: '本周六上午到村委会办理。',
  attachments: [
    { kind: 'link', title: '须知', url: 'https://example.gov.cn', description: '', picture: '' },
    { kind: 'image', sha256: 'a'.repeat(64), name: '通知.png', type: 'image/png', bytes: 9_000 },
  ],
  audience: { where: { accounts: ['a1'], villageGroups: [], tags: ['党员'] }, also: ['c1'], without: [] },
  writers: [{ user: 'chenjun', name: '陈军' }],
  declinedReason: null,
  tasks: [],
  steps: [],
  may: { change: true, approve: false, decline: false, cancel: true, remind: false },
}

describe('a broadcast while it is written', () => {
  it('says the first thing that is missing, in the order of the form', () => {
    expect(missingIn(emptyDraft())).toEqual({ what: 'purpose' })
    expect(missingIn(written({ text: ' ' }))).toEqual({ what: 'nothing' })
    expect(missingIn(written({ text: '字'.repeat(1_334) }))).toEqual({ what: 'tooLong' })
    expect(missingIn(written({ parts: [file('ready'), link({ url: 'example.gov.cn' })] }))).toEqual({
      what: 'link',
      n: 2,
    })
    expect(missingIn(written({ parts: [file('failed')] }))).toEqual({ what: 'failed' })
    expect(missingIn(written({ parts: [file('reading')] }))).toEqual({ what: 'reading' })
    expect(missingIn(written({ text: '', parts: [file('ready')] }))).toBeNull()
  })

  it('counts bytes of what is sent, three to a Chinese character', () => {
    expect(textBytes(' 你好 ')).toBe(6)
    expect(missingIn(written({ text: `${'字'.repeat(1_333)}a` }))).toBeNull()
    expect(textBytes(`${'字'.repeat(1_333)}a`)).toBe(broadcastTextBytes)
  })

  it('a link is wrong where WeCom would cut or refuse it', () => {
    expect(wrongInLink(link())).toEqual([])
    expect(wrongInLink(link({ title: '题'.repeat(43) }))).toEqual(['title'])
    expect(
      wrongInLink(link({ title: ' ', url: 'ftp://x', description: '简'.repeat(171), picture: 'x' })),
    ).toEqual(['title', 'url', 'description', 'picture'])
  })

  it('what leaves the form is what the contract takes', () => {
    const input = inputOf(written({ parts: [link(), file('ready')] }))
    expect(contract['broadcast.draft'].input.parse(input)).toEqual(input)
    expect(input).toMatchObject({ purpose: '户籍下乡', text: '本周六上午到村委会办理。' })
    expect(inputOf(written({ text: '  ', parts: [link()] })).text).toBeNull()
  })

  it('a draft comes back as it was saved; a copy of it leaves the pictures behind', () => {
    const draft = draftOf(detail)
    const input = { broadcast: 'b1', version: 41, ...inputOf(draft) }
    expect(contract['broadcast.change'].input.parse(input)).toMatchObject({
      attachments: [{ kind: 'link' }, { kind: 'keptImage', sha256: 'a'.repeat(64) }],
      audience: detail.audience,
    })
    const copy = copyOfDraft(draft)
    expect(copy.pictures).toBe(1)
    expect(copy.draft).toMatchObject({ broadcast: null, version: null, parts: [{ kind: 'link' }] })
  })

  it('says what another changed, and only that', () => {
    const mine = draftOf(detail)
    expect(differences(mine, draftOf(detail))).toEqual([])
    expect(differences({ ...mine, text: `${mine.text}\n` }, draftOf(detail))).toEqual([])
    expect(
      differences(
        { ...mine, text: '改了', audience: emptyAudience() },
        draftOf({ ...detail, attachments: [] }),
      ),
    ).toEqual(['text', 'attachments', 'audience'])
  })

  it('parts keep their order, and nine are the most', () => {
    const parts = [link({ key: 'a' }), link({ key: 'b' }), link({ key: 'c' })]
    expect(movedUp(parts, 2).map(({ key }) => key)).toEqual(['a', 'c', 'b'])
    expect(movedUp(parts, 0)).toEqual(parts)
    expect(roomLeft(written({ parts }))).toBe(6)
  })
})

describe('whom it is for', () => {
  it('an audience without any condition is everybody; without conditions at all, those who are named', () => {
    expect(whereParts(emptyAudience())).toEqual([{ part: 'everyone' }])
    expect(whereParts({ ...emptyAudience(), where: null })).toEqual([{ part: 'onlyPicked' }])
    const { audience } = detail
    expect(whereParts(audience!, (id) => `账号 ${id}`)).toEqual([
      { part: 'accounts', names: ['账号 a1'] },
      { part: 'tags', names: ['党员'] },
    ])
  })

  it('a resident stands in one list only, and once', () => {
    const both = picked(picked(picked(emptyAudience(), 'also', 'c1'), 'also', 'c1'), 'without', 'c1')
    expect(both).toMatchObject({ also: [], without: ['c1'] })
    expect(unpicked(both, 'without', 'c1').without).toEqual([])
  })

  it('reasons are named by how many they keep out', () => {
    const none = Object.fromEntries(whyUnreachable.map((why) => [why, 0])) as Record<
      (typeof whyUnreachable)[number],
      number
    >
    expect(reasonsIn({ ...none, quota: 2, notFriend: 40 })).toEqual([
      { why: 'notFriend', n: 40 },
      { why: 'quota', n: 2 },
    ])
  })

  it('every reason, result and way of adding has words in both languages', () => {
    for (const words of [zhBroadcasts, enBroadcasts]) {
      for (const why of whyUnreachable) expect(words.unreachable[why]).toBeTruthy()
      for (const { state } of resultParts(counts())) expect(words.results.states[state]).toBeTruthy()
    }
    expect(Object.keys(enFriends.addWays)).toEqual(Object.keys(zhFriends.addWays))
  })
})

describe('what came of it', () => {
  it('parts add up, and a few are neither nothing nor all', () => {
    const parts = resultParts(counts())
    expect(parts.reduce((sum, { n }) => sum + n, 0)).toBe(6)
    expect(resultParts(counts({ residents: 0, sent: 0, waiting: 0, notFriend: 0 }))[0]!.share).toBe(0)
    expect([0, 0.5, 1, 2 / 1000, 999 / 1000].map(percent)).toEqual([
      '0 %',
      '50 %',
      '100 %',
      '0.2 %',
      '99.9 %',
    ])
  })

  it('once all have confirmed it waits for results, not for colleagues', () => {
    expect(stateKey({ state: 'sending', counts: counts() })).toBe('sending')
    expect(stateKey({ state: 'sending', counts: counts({ confirmed: 2 }) })).toBe('results')
  })

  it('a supervisor sees first what another drafted; an officer sees the order of the core', () => {
    const rows = [
      { id: '1', state: 'sending' as const, draftedBy: 'chenjun' },
      { id: '2', state: 'drafted' as const, draftedBy: 'zhou' },
      { id: '3', state: 'drafted' as const, draftedBy: 'chenjun' },
    ]
    expect(waitingFirst(rows, 'zhou').map(({ id }) => id)).toEqual(['3', '2', '1'])
    expect(waitingFirst(rows, null).map(({ id }) => id)).toEqual(['1', '2', '3'])
  })
})

describe('where it is not possible', () => {
  const status = (contacts: boolean | null, broadcasts: boolean | null, connection = 'x'): FriendsStatus => ({
    connection,
    contacts: { able: contacts, code: contacts === false ? 48002 : null, at: null },
    broadcasts: { able: broadcasts, code: broadcasts === false ? 60011 : null, at: null },
    members: 0,
    residents: 0,
    friends: 0,
    strangers: 0,
    pulledAt: null,
    pulling: false,
  })

  it('the reason of WeCom is told; one connection that may is enough', () => {
    expect(ableOf([])).toEqual({ able: 'none' })
    expect(ableOf([status(false, null)])).toEqual({ able: 'no', code: 48002 })
    expect(ableOf([status(true, false)])).toEqual({ able: 'no', code: 60011 })
    expect(ableOf([status(true, true), status(false, null, 'y')])).toEqual({
      able: 'yes',
      known: true,
      not: [{ connection: 'y', code: 48002 }],
    })
    expect(ableOf([status(true, null)])).toMatchObject({ able: 'yes', known: false })
  })
})

describe('giving the desk’s label back to an officer’s WeCom', () => {
  const friend: Friend = {
    userid: 'officer1',
    user: 'chenjun',
    userName: '陈军',
    remark: '张玉梅 132****5678',
    description: '',
    tags: [
      { corpTag: 't1', name: '独居老人', group: '关爱' },
      { corpTag: 't9', name: '志愿者', group: '户户通' },
      { corpTag: null, name: '爱种花', group: '' },
    ],
    since: null,
    addWay: 1,
    changedAt: '2026-11-23T06:00:00.000Z',
  }
  const state: FriendState = {
    contact: 'c1',
    connection: 'x',
    friends: [friend],
    why: null,
    code: null,
    askedAt: null,
    suggested: {
      remark: '三组 张玉梅',
      tags: [
        { tag: '独居老人', corpTag: 't1' },
        { tag: '高龄', corpTag: 't2' },
        { tag: '新搬来', corpTag: null },
      ],
    },
  }

  it('offers what is missing there, says what is there, and cannot write what is linked to nothing', () => {
    expect(tagChoices(state.suggested, friend)).toEqual([
      { tag: '独居老人', state: 'there' },
      { tag: '高龄', state: 'open' },
      { tag: '新搬来', state: 'unlinked' },
    ])
    expect(pushFormOf(state, friend)).toMatchObject({ remark: '三组 张玉梅', description: '', add: ['高龄'] })
  })

  it('a masked number is never written back: the description stays unless something is typed', () => {
    const form = pushFormOf(state, { ...friend, description: '电话 132****5678' })
    expect(pushedBy(form).remark).toEqual({ remark: '三组 张玉梅' })
    expect(pushedBy({ ...form, remark: null, clear: true }).remark).toEqual({ description: '' })
  })

  it('is not offered where nothing would change, or too much was written', () => {
    const same = pushFormOf({ ...state, suggested: { remark: friend.remark!, tags: [] } }, friend)
    expect(mayPush(same)).toBe(false)
    const rare = '𠮷'.repeat(20)
    expect(mayPush({ ...same, remark: rare })).toBe(true)
    const pushed = { contact: 'c1', userid: 'officer1', remark: rare }
    expect(contract['friend.pushRemark'].input.parse(pushed)).toEqual(pushed)
    expect(contract['friend.pushRemark'].input.safeParse({ ...pushed, remark: `${rare}字` }).success).toBe(
      false,
    )
    expect(mayPush({ ...same, remark: '字'.repeat(21) })).toBe(false)
    expect(mayPush({ ...same, description: '字'.repeat(151) })).toBe(false)
  })

  it('tags to remove are those of the desk the resident has no more, never an officer’s own', () => {
    const deskTags = [
      { tag: '志愿者', residents: 3, corpTag: 't9' },
      { tag: '独居老人', residents: 9, corpTag: 't1' },
      { tag: '孤寡', residents: 2, corpTag: 't1' },
      { tag: '新搬来', residents: 1, corpTag: null },
    ]
    expect(removableTags(deskTags, state.suggested, friend)).toEqual(['志愿者'])
    expect(unlinkedTags(deskTags)).toEqual(['新搬来'])
  })

  it('tags of the corp stand under their groups; names WeCom would not take are not made', () => {
    const options = corpTagOptions(
      [{ id: 'g1', name: '关爱', tags: [{ id: 't1', name: '独居老人' }] }],
      '不对应',
    )
    expect(options).toMatchObject([{ value: '' }, { type: 'group', children: [{ value: 't1' }] }])
    expect([fitsWecom('字'.repeat(30)), fitsWecom('字'.repeat(31)), isGroupName(' ')]).toEqual([
      true,
      false,
      false,
    ])
  })
})
