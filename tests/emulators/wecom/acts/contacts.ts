import { broadcastTaskStatus, callbacks as callbackFacts } from '../../../../src/channels/wecom/facts.ts'
import { confirmBroadcast } from '../broadcasts.ts'
import { makeGroup, makeTag, removeTags, tagOf } from '../tags.ts'
import { type Corp, type Follow, found, type World } from '../world.ts'

interface Friendship {
  corpid: string
  userid: string
  customer: string
}

/** 客户联系 as members and the console do it; unlike calls of the API, this is told by callbacks. */
export function contactActs(world: World) {
  const tell = (corpid: string, event: string, fields: Record<string, string>) => {
    const xml = Object.entries(fields).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`)
    for (const app of world.corp(corpid).apps.values())
      if (app.contactsAllowed) world.callbacks.event(app, event, xml.join(''))
  }
  const contactEvent = ({ corpid, userid, customer }: Friendship, change: string) =>
    tell(corpid, callbackFacts.contactEvent, { ChangeType: change, UserID: userid, ExternalUserID: customer })
  const tagEvent = (corpid: string, id: string, type: 'tag' | 'tag_group', change: string) =>
    tell(corpid, callbackFacts.tagEvent, { Id: id, TagType: type, ChangeType: change })
  const followOf = ({ corpid, userid, customer }: Friendship): Follow =>
    found(world.corp(corpid).friends.get(customer)?.get(userid), `${customer} is no friend of ${userid}`)

  return {
    befriend({ remark = '', addWay = 1, ...who }: Friendship & { remark?: string; addWay?: number }) {
      const corp = world.corp(who.corpid)
      const follows = corp.friends.get(who.customer) ?? new Map<string, Follow>()
      follows.set(who.userid, {
        userid: who.userid,
        remark: remark || world.customer(who.customer).nickname,
        description: '',
        createtime: world.clock.seconds(),
        company: '',
        mobiles: [],
        tags: new Set(),
        personalTags: [],
        addWay,
        state: '',
        lastChatAt: world.clock.now(),
      })
      corp.friends.set(who.customer, follows)
      contactEvent(who, 'add_external_contact')
    },

    /** The customer removed the member (`by: customer`), or the other way round. */
    unfriend({ by = 'customer', ...who }: Friendship & { by?: 'customer' | 'member' }) {
      const corp = world.corp(who.corpid)
      corp.friends.get(who.customer)?.delete(who.userid)
      if (!corp.friends.get(who.customer)?.size) corp.friends.delete(who.customer)
      contactEvent(who, by === 'customer' ? 'del_follow_user' : 'del_external_contact')
    },

    /** What the member writes down in WeCom. */
    editContact({
      remark,
      description,
      mobiles,
      tags,
      personalTags,
      ...who
    }: Friendship & {
      remark?: string
      description?: string
      mobiles?: string[]
      tags?: string[]
      personalTags?: string[]
    }) {
      const follow = followOf(who)
      if (remark !== undefined) follow.remark = remark
      if (description !== undefined) follow.description = description
      if (mobiles) follow.mobiles = mobiles
      if (tags) follow.tags = new Set(tags)
      if (personalTags) follow.personalTags = personalTags
      contactEvent(who, 'edit_external_contact')
    },

    contact(who: Friendship) {
      const follow = followOf(who)
      return { ...follow, tags: [...follow.tags] }
    },

    /** A chat in WeCom: the member becomes the one who is asked to send to this customer. */
    chats(who: Friendship) {
      followOf(who).lastChatAt = world.clock.now()
    },

    /** Tags made in the console; apps may use them, not change them. */
    addTagGroup({ corpid, name, tags }: { corpid: string; name: string; tags: string[] }) {
      const group = makeGroup(world, world.corp(corpid), name, 0, null)
      const made = tags.map((tag) => makeTag(world, group, tag))
      tagEvent(corpid, group.id, 'tag_group', 'create')
      return { groupId: group.id, tags: made.map(({ id, name: tag }) => ({ id, name: tag })) }
    },

    renameTag({ corpid, id, name }: { corpid: string; id: string; name: string }) {
      found(tagOf(world.corp(corpid), id), `no tag ${id}`).tag.name = name
      tagEvent(corpid, id, 'tag', 'update')
    },

    deleteTag({ corpid, id }: { corpid: string; id: string }) {
      removeTags(world.corp(corpid), [id], [])
      tagEvent(corpid, id, 'tag', 'delete')
    },

    addGroupChat({ corpid, name, owner }: { corpid: string; name: string; owner: string }) {
      const chatId = world.id('wr', 32)
      world.corp(corpid).groupChats.set(chatId, { name, owner })
      return { chatId }
    },

    /** The officer's tap on the task; all officers when no `userid` is given. */
    confirmBroadcast({ corpid, msgid, userid }: { corpid: string; msgid: string; userid?: string }) {
      const corp: Corp = world.corp(corpid)
      const broadcast = found(
        corp.broadcasts.find((one) => one.msgid === msgid),
        `no broadcast ${msgid}`,
      )
      const open = [...broadcast.tasks].filter(([, task]) => task.status === broadcastTaskStatus.unsent)
      for (const one of userid ? [userid] : open.map(([each]) => each))
        confirmBroadcast(world, corp, broadcast, one)
    },

    broadcasts({ corpid }: { corpid: string }) {
      return world.corp(corpid).broadcasts.map(({ tasks, ...rest }) => ({
        ...rest,
        tasks: [...tasks].map(([userid, { status, targets }]) => ({
          userid,
          status,
          targets: [...targets].map(([id, result]) => ({ id, status: result.status })),
        })),
      }))
    },
  }
}
