import { z } from '../../../contract/schema.ts'
import type { WecomApi } from '../api.ts'
import { ApiRefused } from '../api-error.ts'
import { parsed } from '../calls.ts'
import { errorCodes } from '../error-codes.ts'
import { broadcastFilters, broadcastResults, broadcastTaskStatus, broadcasts as facts } from '../facts.ts'
import type { ContactsApi, SendState } from './contacts.ts'
import { cursor, list, moment, nothing, number, text } from './fields.ts'

const made = z.object({ errcode: number, errmsg: text, msgid: text, fail_list: list(z.string()) })
const listed = z.object({
  group_msg_list: list(
    z.object({
      msgid: z.string().min(1),
      creator: text,
      create_time: moment,
      text: z.object({ content: text }).nullish().catch(null),
    }),
  ),
  next_cursor: cursor,
})
const tasks = z.object({
  task_list: list(z.object({ userid: z.string().min(1), status: number, send_time: moment })),
  next_cursor: cursor,
})
const results = z.object({
  send_list: list(z.object({ external_userid: z.string().min(1), status: number, send_time: moment })),
  next_cursor: cursor,
})

const states: Record<number, SendState> = {
  [broadcastResults.unsent]: 'unsent',
  [broadcastResults.sent]: 'sent',
  [broadcastResults.notFriend]: 'notFriend',
  [broadcastResults.alreadyGotOne]: 'quota',
}

type BroadcastCalls = Pick<
  ContactsApi,
  'createBroadcast' | 'broadcasts' | 'tasks' | 'results' | 'remind' | 'cancel'
>

export function broadcastCalls({ calls }: Pick<WecomApi, 'calls'>): BroadcastCalls {
  const post = <Answer>(name: string, json: unknown, schema: z.ZodType<Answer>) =>
    calls.json({ method: 'POST', path: `/cgi-bin/externalcontact/${name}`, json }, schema)
  const after = (place: string | null) => (place ? { cursor: place } : {})

  return {
    createBroadcast({ sender, externals, text: content, attachments }) {
      const path = '/cgi-bin/externalcontact/add_msg_template'
      const question = {
        chat_type: 'single',
        external_userid: externals,
        sender,
        ...(content === null ? {} : { text: { content } }),
        ...(attachments.length > 0 ? { attachments } : {}),
      }
      const body = { type: 'application/json; charset=utf-8', bytes: JSON.stringify(question) }
      return calls.raw({ method: 'POST', path, body }, (answer) => {
        try {
          const { msgid, fail_list } = parsed(answer, path, made)
          return { msgid: msgid || null, refused: fail_list, code: errorCodes.ok }
        } catch (error) {
          // Refused for some of them: the answer names whom, and the others can be sent to.
          const some = error instanceof ApiRefused ? namedIn(answer.body) : null
          if (!(error instanceof ApiRefused) || some === null) throw error
          return { ...some, code: error.errcode }
        }
      })
    },

    async broadcasts(from, to, place) {
      const question = {
        chat_type: 'single',
        start_time: Math.floor(from / 1_000),
        end_time: Math.ceil(to / 1_000),
        filter_type: broadcastFilters.all,
        limit: facts.listMax,
        ...after(place),
      }
      const answer = await post('get_groupmsg_list_v2', question, listed)
      return {
        rows: answer.group_msg_list.map(({ msgid, creator, create_time, text: said }) => ({
          msgid,
          creator: creator || null,
          createdAt: create_time ?? 0,
          text: said?.content ?? '',
        })),
        next: answer.next_cursor,
      }
    },

    async tasks(msgid, place) {
      const question = { msgid, limit: facts.resultMax, ...after(place) }
      const answer = await post('get_groupmsg_task', question, tasks)
      return {
        rows: answer.task_list.map(({ userid, status, send_time }) => ({
          userid,
          confirmed: status === broadcastTaskStatus.sent,
          sentAt: send_time,
        })),
        next: answer.next_cursor,
      }
    },

    async results(msgid, userid, place) {
      const question = { msgid, userid, limit: facts.resultMax, ...after(place) }
      const answer = await post('get_groupmsg_send_result', question, results)
      return {
        rows: answer.send_list.map(({ external_userid, status, send_time }) => ({
          external: external_userid,
          state: states[status] ?? 'unsent',
          sentAt: send_time,
        })),
        next: answer.next_cursor,
      }
    },

    remind: async (msgid) => void (await post('remind_groupmsg_send', { msgid }, nothing)),
    cancel: async (msgid) => void (await post('cancel_groupmsg_send', { msgid }, nothing)),
  }
}

/** Whom a refusal names; null where it names nobody. */
function namedIn(body: Buffer): { msgid: string | null; refused: string[] } | null {
  try {
    const { msgid, fail_list } = made.parse(JSON.parse(body.toString()))
    return fail_list.length > 0 ? { msgid: msgid || null, refused: fail_list } : null
  } catch {
    return null
  }
}
