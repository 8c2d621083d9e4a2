import { join } from 'node:path'
import { type DemoStation, loadDemoStation } from '../../channels/sandbox/demo-station.ts'
import { accountAdded } from '../accounts/entries.ts'
import type { DeskOptions } from '../core.ts'
import { entries } from '../decision.ts'
import { startingDesks } from '../escalations/desks.ts'
import { escalationDeskSaved } from '../escalations/entries.ts'
import { hashPassword } from '../people/credentials.ts'
import { contactAdded, passwordSet, personAdded } from '../people/entries.ts'
import { shiftSignedOn } from '../shifts/entries.ts'
import { createStation } from '../station/opening.ts'
import type { Station } from '../station/station.ts'
import { hour } from '../time.ts'
import { handedOver } from './handed-over.ts'
import { happeningsOf } from './happenings.ts'
import { warned } from './matters.ts'
import { addRoster, onDuty } from './roster.ts'
import { addStartingTexts } from './starting-texts.ts'

/** Makes the invented station and lets its last days happen, each act at its own time and in order. */
export async function seedDemo(options: Required<DeskOptions>): Promise<Station> {
  const folder = join(options.resources, 'demo-station')
  const demo = loadDemoStation(folder)
  const now = options.clock()
  const happenings = [
    ...demo.conversations.flatMap((conversation) => happeningsOf(demo, conversation, now, folder)),
    ...demo.warnings.map((warning) => warned(demo, warning, now)),
    ...onDuty(demo, now),
    ...handedOver(demo, now),
  ]
  happenings.sort((a, b) => a.at - b.at)
  const begun = Math.min(now, ...happenings.map(({ at }) => at)) - hour
  const station = await createStation(options, { name: demo.name, demo: true, at: begun })
  await addPeople(station, demo, begun)
  addRoster(station, demo, begun, now)
  addStartingTexts(station, options.resources, { ...core, now: begun })
  for (const { at, happen } of happenings) happen(station, Math.min(at, now))
  station.indexing.finish()
  return station
}

const core = { user: 'core', role: 'system', device: 'core' }

async function addPeople(station: Station, demo: DemoStation, now: number): Promise<void> {
  const hashes = new Map<string, string>()
  for (const { user, password } of demo.people) hashes.set(user, await hashPassword(password))
  const working = demo.people.filter(({ role }) => role === 'officer' || role === 'supervisor')
  station.bus.runNow({ ...core, now }, () => ({
    decision: entries(
      ...demo.people.flatMap(({ user, role, name }) => [personAdded(user, role, name), passwordSet(user)]),
      ...demo.accounts.map(({ id, kind, name, ownNames }) => accountAdded(id, kind, name, ownNames)),
      ...startingDesks
        .filter(({ id }) => demo.desks[id])
        .map(({ id, name, acceptMinutes }) =>
          escalationDeskSaved(id, { name, members: demo.desks[id]!, acceptMinutes }),
        ),
      ...demo.contacts.map((contact) =>
        contactAdded(contact.id, contact.account, {
          name: contact.name,
          external: contact.id,
          villageGroup: `${contact.village} ${contact.villageGroup}`,
          household: demo.households.find(({ id }) => id === contact.household)?.address ?? contact.household,
          phone: contact.phone,
          tags: contact.tags,
        }),
      ),
    ),
    write: () => {
      for (const [user, hash] of hashes) station.credentials.set(user, hash)
    },
  }))
  for (const { user, role } of working) {
    station.bus.runNow({ user, role, device: 'core', now }, () => ({
      decision: entries(shiftSignedOn(user, { post: null, duty: null })),
    }))
  }
}
