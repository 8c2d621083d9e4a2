import { entries } from '../../src/desk/decision.ts'
import { friendFound, friendUpdated, remarkPushed, tagsPushed } from '../../src/desk/friends/entries.ts'
import { serviceEndAsked } from '../../src/desk/service/entries.ts'
import { welcomeChanged, welcomeQueued } from '../../src/desk/welcome/entries.ts'
import type { Console } from '../support/console.ts'
import { type TestStation, village } from '../support/station.ts'

type Mark = (what: string) => string

/** What WeCom and its members say of a resident, and what was to be told to all; as entries where only WeCom makes them. */
export async function friendly(
  desk: TestStation,
  { zhang, daiban }: { zhang: Console; daiban: Console },
  { thread, contact }: { thread: string; contact: string },
  mark: Mark,
): Promise<void> {
  desk.takesIn({
    event: 'entered',
    contact: { external: mark('resident'), name: mark('resident') },
    scene: mark('scene'),
    sceneText: mark('scene-text'),
    external: 'entered-1',
    at: desk.now,
  })
  const noted = (what: string) => ({
    remark: mark(`${what}-remark`),
    description: mark(`${what}-description`),
    tags: [{ corpTag: null, name: mark(`${what}-tag`), group: mark(`${what}-group`) }],
  })
  const of = { connection: 'corp', userid: 'ZhangSan' }
  const since = { ...of, since: null, addWay: 1 }
  desk.station.bus.runNow({ user: 'core', role: 'system', device: 'core', now: desk.now }, () => ({
    decision: entries(
      friendFound(contact, since, noted('found')),
      friendUpdated(contact, since, noted('updated')),
      remarkPushed(contact, { ...of, remark: true, description: true }, noted('remark-pushed')),
      tagsPushed(contact, { ...of, added: [], removed: [] }, noted('tags-pushed')),
      serviceEndAsked(thread, null, mark('end-asked')),
      welcomeQueued(contact, { welcome: 'w', account: village, when: 'offShift' }, mark('welcome')),
      // Words that are in force stay.
      welcomeChanged(village, true, { onShift: mark('welcome-on'), offShift: mark('welcome-off') }),
      welcomeChanged(village, true, { onShift: null, offShift: '您好' }),
    ),
  }))
  const written = (what: string) => ({
    purpose: mark(`${what}-purpose`),
    text: mark(what),
    attachments: [],
    audience: { where: { accounts: [], villageGroups: [], tags: [] }, also: [], without: [] },
  })
  const { broadcast } = await zhang.call('broadcast.draft', written('broadcast'))
  const { version } = await zhang.call('broadcast.get', { broadcast })
  await zhang.call('broadcast.change', { broadcast, version, ...written('broadcast-changed') })
  const changed = await zhang.call('broadcast.get', { broadcast })
  await daiban.call('broadcast.decline', { broadcast, version: changed.version, reason: mark('declined') })
  await zhang.call('broadcast.cancel', { broadcast, reason: mark('cancelled') })
}
