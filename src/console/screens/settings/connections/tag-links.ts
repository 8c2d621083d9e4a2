import type { CorpTags } from '../../../../contract/friends.ts'
import { corpTagChars } from '../../../../contract/friends.ts'

/** Tags of the desk and what they are in WeCom: pure. */

/** Groups and tags as a select shows them. */
export function corpTagOptions(groups: CorpTags['groups'], none: string) {
  return [
    { label: none, value: '' },
    ...groups.map(({ id, name, tags }) => ({
      type: 'group' as const,
      key: id,
      label: name,
      children: tags.map((tag) => ({ label: tag.name, value: tag.id })),
    })),
  ]
}

export const unlinkedTags = (deskTags: CorpTags['deskTags']) =>
  deskTags.filter(({ corpTag }) => corpTag === null).map(({ tag }) => tag)

export const fitsWecom = (tag: string): boolean => tag.trim().length <= corpTagChars

export const isGroupName = (name: string): boolean => name.trim() !== '' && name.trim().length <= corpTagChars

/** Most of one call. */
export const mostMade = 100
