import { setTimeout as sleep } from 'node:timers/promises'
import { parse, v7 as uuid } from 'uuid'
import type { InboundMessage } from '../../src/channels/channel.ts'
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
 * A core at full speed, to be killed: officers claim, answer and close while residents write. Says each act on
 * standard output only once it is acknowledged: what it was, the command's id, the thread or message, the seq.
 */

const [dir = '', round = '0'] = process.argv.slice(2)
const account = 'liuhe'
const officers = ['zhang', 'li', 'zhao', 'qian', 'sun', 'wu']
const acts = 2_000

const options = {
  dir,
  secrets: fileSecrets(`${dir}/secrets`),
  resources,
  clock: Date.now,
  log: (line: string) => process.stderr.write(`${line}\n`),
}
const station = hasStation(dir) ? await openStation(options) : await newStation()
station.channels.serve({
  kind: 'sandbox',
  send: async () => {
    await sleep(2)
    return { sent: true }
  },
})
station.start()

async function newStation(): Promise<Station> {
  const made = await createStation(options, { name: '断电测试站', demo: false })
  made.bus.runNow({ user: 'core', role: 'system', device: 'core', now: Date.now() }, () => ({
    decision: entries(
      accountAdded(account, 'sandbox', '户户通·柳河村', []),
      ...officers.flatMap((user) => [personAdded(user, 'officer', user), draft('shift.signedOn', user)]),
    ),
  }))
  return made
}

let written = 0
/** Two residents write in one batch: both are there, or neither. Answers their threads. */
function residentsWrite(): string[] {
  written += 1
  const events = ['a', 'b'].map((which): InboundMessage => {
    const external = `${round}-${written}-${which}`
    return {
      event: 'message',
      contact: { external, name: `居民 ${external}` },
      conversation: external,
      external,
      kind: 'text',
      text: `请问户口怎么迁 ${external}`,
      title: null,
      image: null,
      sentAt: Date.now(),
    }
  })
  const { threads } = takeIn(station, account, events)
  say('inbound', `${round}-${written}`, threads.join(','), 0)
  return threads
}

function say(act: string, id: string, thread: string, seq: number): void {
  process.stdout.write(`${act} ${id} ${thread} ${seq}\n`)
}

function by(user: string): By {
  return { user, role: 'officer', device: 'child', now: station.now() }
}

/** Each thread goes one of three ways, so that what was done to it can be told from its entries alone. */
async function work(user: string, thread: string, way: number): Promise<void> {
  const id = uuid()
  const bytes = Buffer.from(parse(id))
  const seen = station.views.threads.thread(thread)!.last_seq
  if (way === 0) {
    await station.execute('thread.claim', { thread }, by(user), bytes)
    say('claim', id, thread, 0)
  } else if (way === 1) {
    const { seq } = await station.execute(
      'thread.answer',
      { thread, text: `带上户口簿 ${id}`, seen },
      by(user),
      bytes,
    )
    say('answer', id, thread, seq)
  } else {
    await station.execute('thread.close', { thread, disposition: 'handledByPhone', seen }, by(user), bytes)
    say('close', id, thread, 0)
  }
}

const waiting: string[] = []
let begun = 0
await Promise.all(
  officers.map(async (user, number) => {
    while (begun < acts) {
      begun += 1
      if (waiting.length < 2 * officers.length) waiting.push(...residentsWrite())
      await work(user, waiting.shift()!, (begun + number) % 3)
    }
  }),
)
process.stdout.write('done\n')
await station.close()
