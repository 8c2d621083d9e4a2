import { z } from '../../../contract/schema.ts'
import type { WecomApi } from '../api.ts'
import { contacts as facts } from '../facts.ts'
import type { ContactsApi, Friendship, TagGroup } from './contacts.ts'
import { cursor, list, moment, nothing, number, text } from './fields.ts'

const followed = {
  userid: z.string().min(1),
  remark: text,
  description: text,
  createtime: moment,
  add_way: number,
}
const tagged = z.object({ tag_id: text, tag_name: text, group_name: text })
const friend = z.object({
  follow_user: list(z.object({ ...followed, tags: list(tagged) })),
  next_cursor: cursor,
})
const page = z.object({
  external_contact_list: list(
    z.object({
      external_contact: z.object({ external_userid: z.string().min(1) }),
      follow_info: z.object({ ...followed, tag_id: list(z.string()) }),
    }),
  ),
  next_cursor: cursor,
  fail_info: z
    .object({ unlicensed_userid_list: list(z.string()) })
    .nullish()
    .catch(null),
})
const group = z.object({
  group_id: z.string().min(1),
  group_name: text,
  deleted: z.boolean().nullish().catch(null),
  tag: list(z.object({ id: z.string().min(1), name: text, deleted: z.boolean().nullish().catch(null) })),
})

type FriendCalls = Pick<
  ContactsApi,
  'members' | 'friendsOf' | 'friend' | 'remark' | 'markTags' | 'tagGroups' | 'addTags'
>

export function friendCalls({
  calls,
  contactMembers,
}: Pick<WecomApi, 'calls' | 'contactMembers'>): FriendCalls {
  const post = <Answer>(name: string, json: unknown, schema: z.ZodType<Answer>) =>
    calls.json({ method: 'POST', path: `/cgi-bin/externalcontact/${name}`, json }, schema)

  return {
    members: () => contactMembers(),

    async friendsOf(userids, after) {
      const question = { userid_list: userids, limit: facts.batchMax, ...(after ? { cursor: after } : {}) }
      const answer = await post('batch/get_by_user', question, page)
      return {
        rows: answer.external_contact_list.map(({ external_contact, follow_info }) => ({
          ...friendship(external_contact.external_userid, follow_info),
          tags: follow_info.tag_id.map((id) => ({ id, name: null, group: null })),
        })),
        next: answer.next_cursor,
        unlicensed: answer.fail_info?.unlicensed_userid_list ?? [],
      }
    },

    async friend(external) {
      const all: Friendship[] = []
      let next: string | null = null
      do {
        const query: Record<string, string> = { external_userid: external, ...(next ? { cursor: next } : {}) }
        const answer: z.infer<typeof friend> = await calls.json(
          { method: 'GET', path: '/cgi-bin/externalcontact/get', query },
          friend,
        )
        for (const one of answer.follow_user) {
          const tags = one.tags.map(({ tag_id, tag_name, group_name }) => ({
            id: tag_id || null,
            name: tag_name,
            group: group_name,
          }))
          all.push({ ...friendship(external, one), tags })
        }
        next = answer.next_cursor
      } while (next !== null)
      return all
    },

    async remark(userid, external, { remark, description }) {
      await post(
        'remark',
        {
          userid,
          external_userid: external,
          ...(remark === undefined ? {} : { remark }),
          ...(description === undefined ? {} : { description }),
        },
        nothing,
      )
    },

    async markTags(userid, external, add, remove) {
      const change = {
        userid,
        external_userid: external,
        ...(add.length > 0 ? { add_tag: add } : {}),
        ...(remove.length > 0 ? { remove_tag: remove } : {}),
      }
      await post('mark_tag', change, nothing)
    },

    async tagGroups() {
      const answer = await post('get_corp_tag_list', {}, z.object({ tag_group: list(group) }))
      return answer.tag_group.filter(({ deleted }) => deleted !== true).map(groupOf)
    },

    async addTags(name, names) {
      const question = { group_name: name, tag: names.map((each) => ({ name: each })) }
      const answer = await post('add_corp_tag', question, z.object({ tag_group: group }))
      return groupOf(answer.tag_group)
    },
  }
}

function friendship(external: string, one: z.infer<z.ZodObject<typeof followed>>): Omit<Friendship, 'tags'> {
  const { userid, remark, description, createtime, add_way } = one
  return { external, userid, remark, description, since: createtime, addWay: add_way }
}

function groupOf({ group_id, group_name, tag }: z.infer<typeof group>): TagGroup {
  return {
    id: group_id,
    name: group_name,
    tags: tag.filter(({ deleted }) => deleted !== true).map(({ id, name }) => ({ id, name })),
  }
}
