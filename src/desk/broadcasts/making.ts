import type { ContactsApi, SentAttachment } from '../../channels/wecom/contacts/contacts.ts'
import { errorCodes } from '../../channels/wecom/error-codes.ts'
import { assumed } from '../../channels/wecom/facts.ts'
import { hour, minute } from '../time.ts'
import type { Written } from './entries.ts'
import type { Task } from './rules.ts'
import type { Waiting } from './view.ts'

/** Makes a task in WeCom, once: what may have been made already is looked for first. */

/** Whether WeCom has made the task already. */
export type Looked =
  | { is: 'made'; msgid: string }
  | { is: 'notMade' }
  /** There is one that may be it, and WeCom does not say yet. */
  | { is: 'unsure' }

/** WeCom still hands out what is younger than this (ms); older, it says nothing more of it. */
const handingOut = 15 * minute

/**
 * Looks through what apps have made since `since` (ms): the same words, a task of this very member, for residents of this
 * very task. WeCom's clock may be an hour off.
 */
export async function look(
  api: ContactsApi,
  task: Pick<Task, 'userid'>,
  {
    text,
    externals,
    since,
    now,
  }: { text: string | null; externals: ReadonlySet<string>; since: number; now: number },
  isKnown: (msgid: string) => boolean,
): Promise<Looked> {
  let cursor: string | null = null
  let unsure = false
  do {
    const page: Awaited<ReturnType<ContactsApi['broadcasts']>> = await api.broadcasts(
      since - hour,
      now + hour,
      cursor,
    )
    for (const { msgid, creator, createdAt, text: said } of page.rows) {
      if (creator !== null || said.trim() !== (text ?? '').trim() || isKnown(msgid)) continue
      const answer = await isThis(api, task, msgid, externals)
      if (answer === true) return { is: 'made', msgid }
      if (answer === null && createdAt > now - handingOut) unsure = true
    }
    cursor = page.next
  } while (cursor !== null)
  return { is: unsure ? 'unsure' : 'notMade' }
}

/** Null: WeCom does not say yet. */
async function isThis(
  api: ContactsApi,
  { userid }: Pick<Task, 'userid'>,
  msgid: string,
  externals: ReadonlySet<string>,
): Promise<boolean | null> {
  const members = await whenDispatched(() => api.tasks(msgid, null))
  if (members === null || members.rows.length === 0) return null
  if (!members.rows.some((each) => each.userid === userid)) return false
  const residents = await whenDispatched(() => api.results(msgid, userid, null))
  if (residents === null || residents.rows.length === 0) return null
  return residents.rows.some(({ external }) => externals.has(external))
}

/** Null while WeCom still hands the task out. */
export async function whenDispatched<Answer>(ask: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await ask()
  } catch (error) {
    if ((error as { errcode?: number }).errcode === errorCodes.broadcastDispatching) return null
    throw error
  }
}

/** Not before this (ms) is it certain that what was made would be in the list. */
export const listedBy = (madeAt: number) => madeAt + assumed.broadcastListedWithin

/** What is sent. @param mediaIdOf puts a picture into WeCom */
export async function make(
  api: ContactsApi,
  { userid }: Pick<Task, 'userid'>,
  { text, attachments }: Written,
  to: readonly Waiting[],
  mediaIdOf: (image: { sha256: string; name: string; type: string }) => Promise<string>,
  aboutTo: () => void,
): ReturnType<ContactsApi['createBroadcast']> {
  const sent: SentAttachment[] = []
  for (const each of attachments) {
    if (each.kind === 'image') sent.push({ msgtype: 'image', image: { media_id: await mediaIdOf(each) } })
    else {
      const { title, url, description, picture } = each
      const more = { ...(description ? { desc: description } : {}), ...(picture ? { picurl: picture } : {}) }
      sent.push({ msgtype: 'link', link: { title, url, ...more } })
    }
  }
  const externals = to.flatMap(({ external }) => external ?? [])
  aboutTo()
  return api.createBroadcast({ sender: userid, externals, text, attachments: sent })
}
