import type { RecordFilter } from '../../../../contract/audit.ts'
import type { Place } from '../../../stores/navigation.ts'

/** Entry types by what an auditor would ask for; one with a dot at its end is a whole area. */
export const typeGroups = {
  messages: ['message.', 'media.'],
  threads: ['thread.', 'service.', 'note.', 'group.', 'common.'],
  alarms: ['alarm.'],
  escalations: ['escalation.'],
  warnings: ['warning.'],
  handoffs: ['handoff.'],
  shifts: ['shift.', 'shiftKinds.', 'post.', 'duty.'],
  residents: ['contact.', 'friend.', 'friends.'],
  broadcasts: ['broadcast.'],
  looks: [
    'audit.',
    'glass.',
    'export.',
    'thread.viewed',
    'message.unmasked',
    'contact.phoneUnmasked',
    'warning.phoneUnmasked',
  ],
  access: ['session.', 'access.'],
  findings: ['finding.'],
  ledger: ['ledger.', 'witness.', 'station.', 'backup.'],
  retention: ['retention.', 'hold.', 'content.', 'erasure.'],
  settings: [
    'settings.',
    'texts.',
    'person.',
    'account.',
    'welcome.',
    'colleague.',
    'connection.',
    'paste.',
    'quickReply.',
    'checklist.',
    'escalationDesk.',
    'escalationLevels.',
    'lexicon.',
    'capability.',
    'corpTag.',
  ],
} as const satisfies Record<string, readonly string[]>
export type TypeGroup = keyof typeof typeGroups
export const groupNames = Object.keys(typeGroups) as TypeGroup[]

/** What can narrow the records, as it stands in the address; shown in this order. */
export const filterKeys = [
  'thread',
  'handoff',
  'shift',
  'person',
  'account',
  'groups',
  'types',
  'from',
  'to',
  'fromSeq',
  'toSeq',
] as const
export type FilterKey = (typeof filterKeys)[number]

const isTypeName = (type: string) => /^[A-Za-z]+\.[A-Za-z]*$/.test(type)
/** The contract takes no more. */
const mostTypes = 60

export const groupsOf = (place: Place): TypeGroup[] =>
  (place.groups ?? '').split(',').filter((name): name is TypeGroup => Object.hasOwn(typeGroups, name))

/** The address as a filter; what is none is left out, so that a mangled address shows more, never an error. */
export function filterOf(place: Place): RecordFilter {
  const named = (place.types ?? '').split(',').filter(isTypeName)
  const types = [...new Set([...groupsOf(place).flatMap((group) => typeGroups[group]), ...named])]
  const filter: RecordFilter = {}
  for (const key of ['thread', 'handoff', 'person', 'account'] as const) {
    const value = place[key]
    if (value !== undefined && value !== '' && value.length <= 64) filter[key] = value
  }
  for (const key of ['shift', 'fromSeq', 'toSeq'] as const) {
    const value = Number(place[key])
    if (Number.isSafeInteger(value) && value > 0) filter[key] = value
  }
  for (const key of ['from', 'to'] as const) {
    const at = Date.parse(place[key] ?? '')
    if (Number.isFinite(at)) filter[key] = new Date(at).toISOString()
  }
  if (types.length > 0) filter.types = types.slice(0, mostTypes)
  return filter
}

/** The address with one thing narrowed, or no longer (`null`); the chosen record is let go. */
export function narrowed(place: Place, change: Partial<Record<FilterKey, string | null>>): Place {
  const { record: _record, ...kept } = place
  const next: Place = { ...kept, part: 'records' }
  for (const [key, value] of Object.entries(change)) {
    if (value === null || value === undefined || value === '') delete next[key]
    else next[key] = value
  }
  return next
}

/** What narrows at present, in the order of `filterKeys`. */
export const chipsOf = (place: Place): FilterKey[] => {
  const filter = filterOf(place)
  return filterKeys.filter((key) => {
    if (key === 'groups') return groupsOf(place).length > 0
    if (key === 'types') return (place.types ?? '').split(',').some(isTypeName)
    return filter[key] !== undefined
  })
}
