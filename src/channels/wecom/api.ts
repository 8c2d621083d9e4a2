import type { MediaKind } from '../../contract/media.ts'
import { z } from '../../contract/schema.ts'
import { Calls } from './calls.ts'
import type { Clock, ConnectionSettings, FetchedMedia, Profile } from './desk.ts'
import {
  accounts as accountFacts,
  assumed,
  genders,
  type SessionState,
  servicerStatusInList,
  stopTypes,
  sync,
} from './facts.ts'
import { Gate } from './gate.ts'
import { download, upload } from './media-calls.ts'

export type ApiSettings = Pick<ConnectionSettings, 'corpid' | 'secret' | 'apiBase' | 'ca' | 'proxy'>

/** What of the world the calls need. */
export interface ApiWorld {
  clock: Clock
  log(line: string): void
}

export interface ListedAccount {
  openKfid: string
  name: string
  /** manage_privilege */
  managed: boolean
}

/** A member of the corp who answers in the WeCom client. */
export interface Servicer {
  userid: string
  /** Null where WeCom does not say. */
  receiving: boolean | null
  suspended: boolean
}

export interface SyncQuestion {
  openKfid: string
  /** Null: from the earliest message of the last three days. */
  cursor: string | null
  /** Of a callback, not older than ten minutes; null: under the strict limit. */
  token: string | null
  limit?: number
  signal?: AbortSignal | undefined
}

export interface SyncPage {
  /** As they came; nothing of them was looked at. */
  messages: unknown[]
  /** Null where the answer names none: then the old one stays. */
  cursor: string | null
  more: boolean
}

export interface ServiceNow {
  state: SessionState
  /** userid; only in state 3. */
  servicer: string | null
}

export type SendContent =
  | { msgtype: 'text'; text: { content: string } }
  | { msgtype: 'image'; image: { media_id: string } }
  | { msgtype: 'voice'; voice: { media_id: string } }
  | { msgtype: 'video'; video: { media_id: string } }
  | { msgtype: 'file'; file: { media_id: string } }
  | { msgtype: 'msgmenu'; msgmenu: SentMenu }

export interface SentMenu {
  head_content?: string
  list: { type: 'click'; click: { id: string; content: string } }[]
  tail_content?: string
}

export interface UploadFile {
  kind: MediaKind
  name: string
  /** Media type. */
  type: string
  file: Buffer
}

/** Every call may throw `ApiRefused` and `Unreachable` (api-error.ts), and nothing else. */
export interface WecomApi {
  accounts(signal?: AbortSignal): Promise<ListedAccount[]>
  servicers(openKfid: string, signal?: AbortSignal): Promise<Servicer[]>
  syncMessages(question: SyncQuestion): Promise<SyncPage>
  /** @returns the msgid, as given or as WeCom made it */
  sendMessage(
    to: { openKfid: string; external: string; msgid: string },
    content: SendContent,
  ): Promise<string>
  /** Answers an event by its code, e.g. `welcome_code`. */
  sendOnEvent(code: string, msgid: string, content: SendContent): Promise<string>
  serviceState(openKfid: string, external: string): Promise<ServiceNow>
  /** @returns the code to say a last word with, where WeCom gives one */
  changeServiceState(
    openKfid: string,
    external: string,
    to: { state: SessionState; servicer?: string },
  ): Promise<string | null>
  /** At most 100 at once. */
  customers(externals: readonly string[]): Promise<{ known: Profile[]; unknown: string[] }>
  uploadMedia(file: UploadFile, signal?: AbortSignal): Promise<string>
  downloadMedia(mediaId: string, mostBytes: number, signal?: AbortSignal): Promise<FetchedMedia>
  /** Members with the right to 客户联系. */
  contactMembers(): Promise<string[]>
  /** Asks for the latest 企业群发, only to see whether that is allowed. */
  tryBroadcasts(): Promise<void>
  /** For calls that are not here. */
  readonly calls: Calls
  /** Fetches a token, where none is held. */
  knock(): Promise<void>
  close(): Promise<void>
}

/** With the five of sync_msg fewer than may be in flight together, so that an answer always finds a way through. */
const filesAtOnce = 2
const listPage = accountFacts.listMax

/** Lists may be left out or null where they are empty. */
const list = <Item>(item: z.ZodType<Item>) =>
  z
    .array(item)
    .nullish()
    .transform((all) => all ?? [])
const text = z
  .string()
  .nullish()
  .transform((all) => all ?? '')
const nothing = z.object({})

const accountList = z.object({
  account_list: list(
    z.object({ open_kfid: z.string(), name: text, manage_privilege: z.boolean().nullish() }),
  ),
})
const servicerList = z.object({
  /** Also departments, without a userid. */
  servicer_list: list(
    z.object({ userid: z.string().nullish(), status: z.number().nullish(), stop_type: z.number().nullish() }),
  ),
})
const syncPage = z.object({
  next_cursor: text,
  has_more: z.union([z.number(), z.boolean()]).nullish(),
  msg_list: list(z.unknown()),
})
const sentMessage = z.object({ msgid: text })
const serviceState = z.object({
  service_state: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  servicer_userid: text,
})
const customerList = z.object({
  customer_list: list(
    z.object({
      external_userid: z.string(),
      nickname: text,
      avatar: text,
      gender: z.number().nullish(),
    }),
  ),
  invalid_external_userid: list(z.string()),
})

export function openApi(settings: ApiSettings, world: ApiWorld): WecomApi {
  const calls = new Calls(settings, world)
  const files = new Gate(filesAtOnce)
  const asking = new Gate(assumed.syncAtOnce)
  const post = <Answer>(path: string, json: unknown, schema: z.ZodType<Answer>, signal?: AbortSignal) =>
    calls.json({ method: 'POST', path, json, signal }, schema)

  return {
    async accounts(signal) {
      const all = new Map<string, ListedAccount>()
      for (;;) {
        const before = all.size
        const question = { offset: before, limit: listPage }
        const page = await post('/cgi-bin/kf/account/list', question, accountList, signal)
        for (const one of page.account_list) {
          all.set(one.open_kfid, {
            openKfid: one.open_kfid,
            name: one.name,
            managed: one.manage_privilege === true,
          })
        }
        // A page of which all was there already leads nowhere.
        if (page.account_list.length < listPage || all.size === before) return [...all.values()]
      }
    },

    async servicers(openKfid, signal) {
      const { servicer_list } = await calls.json(
        { method: 'GET', path: '/cgi-bin/kf/servicer/list', query: { open_kfid: openKfid }, signal },
        servicerList,
      )
      return servicer_list.flatMap(({ userid, status, stop_type }) => {
        if (!userid) return []
        const receiving = status == null ? null : status === servicerStatusInList.receiving
        return [{ userid, receiving, suspended: receiving === false && stop_type === stopTypes.suspended }]
      })
    },

    syncMessages({ openKfid, cursor, token, limit = sync.limitMax, signal }) {
      const path = '/cgi-bin/kf/sync_msg'
      // Empty strings are refused: what is not there is left out.
      const question = {
        open_kfid: openKfid,
        limit,
        ...(cursor ? { cursor } : {}),
        ...(token ? { token } : {}),
      }
      return asking.through(path, signal, async () => {
        const page = await post(path, question, syncPage, signal)
        return {
          messages: page.msg_list,
          cursor: page.next_cursor || null,
          more: Number(page.has_more ?? 0) === 1,
        }
      })
    },

    async sendMessage({ openKfid, external, msgid }, content) {
      const message = { touser: external, open_kfid: openKfid, msgid, ...content }
      const answer = await post('/cgi-bin/kf/send_msg', message, sentMessage)
      return answer.msgid || msgid
    },

    async sendOnEvent(code, msgid, content) {
      const answer = await post('/cgi-bin/kf/send_msg_on_event', { code, msgid, ...content }, sentMessage)
      return answer.msgid || msgid
    },

    async serviceState(openKfid, external) {
      const question = { open_kfid: openKfid, external_userid: external }
      const now = await post('/cgi-bin/kf/service_state/get', question, serviceState)
      return { state: now.service_state, servicer: now.servicer_userid || null }
    },

    async changeServiceState(openKfid, external, { state, servicer }) {
      const change = {
        open_kfid: openKfid,
        external_userid: external,
        service_state: state,
        ...(servicer ? { servicer_userid: servicer } : {}),
      }
      const answer = await post('/cgi-bin/kf/service_state/trans', change, z.object({ msg_code: text }))
      return answer.msg_code || null
    },

    async customers(externals) {
      const question = { external_userid_list: externals, need_enter_session_context: 0 }
      const answer = await post('/cgi-bin/kf/customer/batchget', question, customerList)
      return {
        known: answer.customer_list.map((one) => ({
          external: one.external_userid,
          name: one.nickname || null,
          avatar: one.avatar || null,
          gender: genderOf(one.gender),
        })),
        unknown: answer.invalid_external_userid,
      }
    },

    uploadMedia: (file, signal) =>
      files.through('/cgi-bin/media/upload', signal, () => upload(calls, file, signal)),
    downloadMedia: (mediaId, mostBytes, signal) =>
      files.through('/cgi-bin/media/get', signal, () => download(calls, mediaId, mostBytes, signal)),

    async contactMembers() {
      const path = '/cgi-bin/externalcontact/get_follow_user_list'
      const answer = await calls.json({ method: 'GET', path }, z.object({ follow_user: list(z.string()) }))
      return answer.follow_user
    },

    async tryBroadcasts() {
      const to = Math.floor(world.clock.now() / 1_000)
      const question = { chat_type: 'single', start_time: to - 3_600, end_time: to, limit: 1 }
      await post('/cgi-bin/externalcontact/get_groupmsg_list_v2', question, nothing)
    },

    calls,
    knock: () => calls.knock(),
    close: () => calls.close(),
  }
}

function genderOf(gender: number | null | undefined): Profile['gender'] {
  if (gender === genders.male) return 'male'
  return gender === genders.female ? 'female' : 'unknown'
}
