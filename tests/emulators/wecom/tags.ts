import { contacts as facts } from '../../../src/channels/wecom/facts.ts'
import { type Answer, refuse } from './answers.ts'
import type { Call } from './call.ts'
import { type Body, objects, optionalText, optionalWhole, text, texts } from './fields.ts'
import type { Corp, Tag, TagGroup, World } from './world.ts'

/** The corp's tags, in groups; an app changes only what it made itself. */

export function tagOf(corp: Corp, id: string): { group: TagGroup; tag: Tag } | null {
  for (const group of corp.tagGroups) {
    const tag = group.tags.find((one) => one.id === id)
    if (tag) return { group, tag }
  }
  return null
}

export function listTags(call: Call): Answer {
  const groups = texts(call.body, 'group_id')
  const tags = texts(call.body, 'tag_id')
  const filtered = groups.length > 0 || tags.length > 0
  const chosen = call.corp.tagGroups.filter((group) => {
    if (groups.length) return groups.includes(group.id)
    return !tags.length || group.tags.some((tag) => tags.includes(tag.id))
  })
  return {
    tag_group: chosen.map((group) => {
      const shown =
        groups.length || !tags.length ? group.tags : group.tags.filter((tag) => tags.includes(tag.id))
      return asGiven(group, shown, filtered)
    }),
  }
}

function asGiven(group: TagGroup, tags: Tag[], filtered: boolean): Record<string, unknown> {
  const deleted = filtered ? { deleted: false } : {}
  const sorted = [...tags].sort((a, b) => b.order - a.order)
  return {
    group_id: group.id,
    group_name: group.name,
    create_time: group.createTime,
    order: group.order,
    ...deleted,
    tag: sorted.map((tag) => ({
      id: tag.id,
      name: tag.name,
      create_time: tag.createTime,
      order: tag.order,
      ...deleted,
    })),
  }
}

export function addTags(call: Call): Answer {
  const { body, corp } = call
  const groupId = optionalText(body, 'group_id')
  const groupName = optionalText(body, 'group_name')
  const wanted = objects(body, 'tag').map((tag) => ({
    name: tagName(text(tag, 'name')),
    order: orderOf(tag) ?? 0,
  }))
  if (!wanted.length || (!groupId && !groupName)) return refuse('emptyParameter')
  if (groupName) tagName(groupName)
  const known = corp.tagGroups.find((group) => (groupId ? group.id === groupId : group.name === groupName))
  if (groupId && !known) return refuse('invalidTagId')
  const count = corp.tagGroups.reduce((sum, group) => sum + group.tags.length, 0)
  if (count + wanted.length > facts.corpTags) return refuse('tagCountLimit')
  const fresh = [...new Map(wanted.map((tag) => [tag.name, tag])).values()]
  if (fresh.some((tag) => known?.tags.some((one) => one.name === tag.name))) return refuse('tagNameExists')
  const group =
    known ?? makeGroup(call.world, corp, groupName as string, orderOf(body) ?? 0, call.app.agentid)
  const made = fresh.map((tag) => makeTag(call.world, group, tag.name, tag.order))
  return { tag_group: asGiven(group, made, false) }
}

export function editTag(call: Call): Answer {
  const id = text(call.body, 'id')
  const name = optionalText(call.body, 'name')
  const order = orderOf(call.body)
  const group = call.corp.tagGroups.find((one) => one.id === id) ?? tagOf(call.corp, id)?.group
  if (!group) return refuse('invalidTagId')
  if (group.madeBy !== call.app.agentid) return refuse('noPermissionForTag')
  const tag = group.tags.find((one) => one.id === id)
  const others: { id: string; name: string }[] = tag ? group.tags : call.corp.tagGroups
  if (name) {
    tagName(name)
    if (others.some((one) => one.id !== id && one.name === name)) return refuse('tagNameExists')
  }
  const target = tag ?? group
  if (name) target.name = name
  if (order !== undefined) target.order = order
  return {}
}

export function deleteTags(call: Call): Answer {
  const { corp } = call
  const tags = texts(call.body, 'tag_id')
  const groups = texts(call.body, 'group_id')
  if (!tags.length && !groups.length) return refuse('emptyParameter')
  const touched = [
    ...groups.map((id) => corp.tagGroups.find((group) => group.id === id)),
    ...tags.map((id) => tagOf(corp, id)?.group),
  ]
  if (touched.some((group) => !group)) return refuse('invalidTagId')
  if (touched.some((group) => group?.madeBy !== call.app.agentid)) return refuse('noPermissionForTag')
  removeTags(corp, tags, groups)
  return {}
}

/** With its last tag a group goes too; nobody bears a deleted tag. */
export function removeTags(corp: Corp, tags: string[], groups: string[]): void {
  const gone = new Set(tags)
  for (const group of corp.tagGroups)
    if (groups.includes(group.id)) for (const tag of group.tags) gone.add(tag.id)
  for (const group of corp.tagGroups) group.tags = group.tags.filter((tag) => !gone.has(tag.id))
  corp.tagGroups = corp.tagGroups.filter((group) => group.tags.length > 0)
  for (const follows of corp.friends.values())
    for (const follow of follows.values()) for (const id of gone) follow.tags.delete(id)
}

export function makeGroup(
  world: World,
  corp: Corp,
  name: string,
  order: number,
  madeBy: number | null,
): TagGroup {
  const group = { id: world.id('et', 32), name, order, createTime: world.clock.seconds(), tags: [], madeBy }
  corp.tagGroups.push(group)
  return group
}

export function makeTag(world: World, group: TagGroup, name: string, order = 0): Tag {
  const tag = { id: world.id('et', 32), name, order, createTime: world.clock.seconds() }
  group.tags.push(tag)
  return tag
}

function tagName(name: string): string {
  return [...name].length > facts.tagNameChars ? refuse('tagNameLength') : name
}

function orderOf(body: Body): number | undefined {
  return optionalWhole(body, 'order', 0, facts.tagOrderBelow - 1)
}
