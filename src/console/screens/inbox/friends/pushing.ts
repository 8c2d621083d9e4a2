import type { CorpTags, Friend, FriendState } from '../../../../contract/friends.ts'
import { descriptionChars, remarkChars } from '../../../../contract/friends.ts'

/** What of the desk's own label goes into WeCom, as it is being chosen: pure. */

export interface PushForm {
  /** Null: the remark stays. */
  remark: string | null
  /** Empty: it stays, unless it is cleared. */
  description: string
  clear: boolean
  add: string[]
  remove: string[]
}

export interface TagChoice {
  tag: string
  /** `unlinked` cannot be written; `there` is in WeCom already. */
  state: 'unlinked' | 'there' | 'open'
}

/** WeCom counts characters, not halves of them. */
export const charsOf = (text: string): number => [...text].length

export function tagChoices(suggested: FriendState['suggested'], friend: Friend): TagChoice[] {
  const there = new Set(friend.tags.flatMap(({ corpTag }) => corpTag ?? []))
  return suggested.tags.map(({ tag, corpTag }) => ({
    tag,
    state: corpTag === null ? 'unlinked' : there.has(corpTag) ? 'there' : 'open',
  }))
}

/** Tags of the desk the resident no longer has, which the member still has on them in WeCom. */
export function removableTags(
  deskTags: CorpTags['deskTags'],
  suggested: FriendState['suggested'],
  friend: Friend,
): string[] {
  const there = new Set(friend.tags.flatMap(({ corpTag }) => corpTag ?? []))
  const own = new Set(suggested.tags.map(({ tag }) => tag))
  const kept = new Set(suggested.tags.flatMap(({ corpTag }) => corpTag ?? []))
  return deskTags
    .filter(
      ({ tag, corpTag }) => corpTag !== null && there.has(corpTag) && !own.has(tag) && !kept.has(corpTag),
    )
    .map(({ tag }) => tag)
}

/** The remark as suggested, where it is not that already; the tags that are still missing. */
export function pushFormOf({ suggested }: FriendState, friend: Friend): PushForm {
  const remark = suggested.remark.trim()
  return {
    remark: remark === '' || remark === friend.remark ? null : remark,
    description: '',
    clear: false,
    add: tagChoices(suggested, friend).flatMap(({ tag, state }) => (state === 'open' ? [tag] : [])),
    remove: [],
  }
}

export interface Pushed {
  remark: { remark?: string; description?: string } | null
  tags: { add: string[]; remove: string[] } | null
}

export function pushedBy({ remark, description, clear, add, remove }: PushForm): Pushed {
  const words = description.trim()
  const noted = {
    ...(remark === null ? {} : { remark: remark.trim() }),
    ...(words !== '' ? { description: words } : clear ? { description: '' } : {}),
  }
  return {
    remark: Object.keys(noted).length > 0 ? noted : null,
    tags: add.length + remove.length > 0 ? { add, remove } : null,
  }
}

export function mayPush(form: PushForm): boolean {
  const { remark, tags } = pushedBy(form)
  if (form.remark !== null && (form.remark.trim() === '' || charsOf(form.remark.trim()) > remarkChars))
    return false
  return charsOf(form.description.trim()) <= descriptionChars && (remark !== null || tags !== null)
}
