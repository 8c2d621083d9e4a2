import { setTimeout as sleep } from 'node:timers/promises'
import { parse, v7 as uuid } from 'uuid'
import { accountAdded } from '../../src/desk/accounts/entries.ts'
import { draft, entries } from '../../src/desk/decision.ts'
import { personAdded } from '../../src/desk/people/entries.ts'
import type { By } from '../../src/desk/route.ts'
import { hasStation } from '../../src/desk/station/database-file.ts'
import { createStation, openStation } from '../../src/desk/station/opening.ts'
import { fileSecrets } from '../../src/desk/station/secrets.ts'
import type { Station } from '../../src/desk/station/station.ts'
import { takeIn } from '../../src/desk/threads/inbound.ts'
import { resources } from '../../src/hosts/resources.ts'

/**
 * A core with alarms and escalations under way, to be killed. Its clock runs as fast as it is told, so that what
 * takes a minute at a desk takes a moment here. Says each act once it is acknowledged.
 */

const [dir = '', round = '0', startsAt = '0'] = process.argv.slice(2)
const account = 'liuhe'
/** A minute of the desk passes in 60 ms. */
const speed = 1_000
const begun = Date.now()

const options = {
  dir,
  secrets: fileSecrets(`${dir}/secrets`),
  resources,
  clock: () => Number(startsAt) + (Date.now() - begun) * speed,
  log: (line: string) => process.stderr.write(`${line}\n`),
}
const station = hasStation(dir) ? await openStation(options) : await newStation()
station.timers.stop()
const say = (...words: (string | number)[]) => process.stdout.write(`${words.join(' ')}\n`)
const by = (user: string): By => ({ user, role: 'officer', device: 'child', now: station.now() })

async function newStation(): Promise<Station> {
  const made = await createStation(options, { name: '断电测试站', demo: false })
  made.bus.runNow({ user: 'core', role: 'system', device: 'core', now: made.now() }, () => ({
    decision: entries(
      accountAdded(account, 'by-hand', '户户通·柳河村', []),
      ...['zhang', 'li'].flatMap((user) => [
        personAdded(user, 'officer', user),
        draft('shift.signedOn', user),
      ]),
      personAdded('daiban', 'supervisor', 'daiban'),
    ),
  }))
  return made
}

/** Who cries for help, and takes it back in the same breath or not; answers the thread. */
function cry(number: number): string {
  const external = `${round}-${number}`
  const { threads } = takeIn(station, account, [
    {
      event: 'message',
      contact: { external, name: `居民 ${external}` },
      conversation: external,
      external,
      kind: 'text',
      text: '我不想活了',
      title: null,
      image: null,
      sentAt: station.now(),
    },
    ...(number % 2 === 0 ? [{ event: 'recall' as const, external, at: station.now() }] : []),
  ])
  say('cried', external, threads[0]!)
  return threads[0]!
}

async function act(number: number): Promise<void> {
  const thread = cry(number)
  const way = number % 4
  const alarm = station.views.threads.thread(thread)!.alarm!
  const id = uuid()
  const bytes = Buffer.from(parse(id))
  if (way === 0) {
    await station.execute('alarm.acknowledge', { alarm }, by('zhang'), bytes)
    say('acknowledged', alarm, thread)
  } else if (way === 1) {
    const asked = { thread, desk: 'mediation', level: 'red', reason: '家庭纠纷', private: true }
    const { escalation } = await station.execute('thread.escalate', asked, by('li'), bytes)
    say('escalated', escalation, thread)
  }
}

for (let number = 1; ; number += 1) {
  await act(number)
  await station.timers.tick()
  await sleep(1)
}
