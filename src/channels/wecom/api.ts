import type { MediaKind } from '../../contract/media.ts'
import type { Clock, ConnectionSettings, FetchedMedia, Profile } from './desk.ts'
import type { SessionState } from './facts.ts'

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
  close(): Promise<void>
}

export function openApi(_settings: ApiSettings, _world: ApiWorld): WecomApi {
  throw new Error('not there yet')
}
