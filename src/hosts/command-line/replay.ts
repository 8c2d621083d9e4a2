import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { InboundMessage } from '../../channels/channel.ts'
import { accountAdded } from '../../desk/accounts/entries.ts'
import { entries } from '../../desk/decision.ts'
import { hasStation } from '../../desk/station/database-file.ts'
import { createStation } from '../../desk/station/opening.ts'
import type { Station } from '../../desk/station/station.ts'
import { takeIn } from '../../desk/threads/inbound.ts'
import { dataDir } from '../data-dir.ts'
import { resources } from '../resources.ts'
import { fail } from './fail.ts'
import { progressBar } from './progress.ts'
import { secretsIn, withStation } from './station.ts'

const batchSize = 500
/** Times in the files have no zone; they are China's. */
const zone = '+08:00'

const record = z.object({
  id: z.string().min(1).max(200),
  text: z
    .string()
    .min(1)
    .max(100_000)
    .refine((text) => text.isWellFormed(), 'not well-formed Unicode'),
  time: z.string().optional(),
  title: z.string().max(1_000).optional(),
  user: z.string().min(1).max(200).optional(),
  from: z.string().min(1).max(200).optional(),
})

/**
 * Takes a file of real messages in as inbound of one account: each record is a matter of its own, with its own
 * time. A file given twice adds nothing. Bad lines are kept aside with number and reason, and counted.
 */
export async function replay(file: string, options: { data?: string; account: string }): Promise<void> {
  const bytes = await stat(file).catch(() => fail(`no such file: ${file}`))
  const dir = dataDir(options.data)
  if (!hasStation(dir)) {
    const made = await createStation(
      { dir, secrets: secretsIn(dir), resources, clock: Date.now, log: () => {} },
      { name: '回放站', demo: false },
    )
    await made.close()
  }
  await withStation(dir, async (station) => {
    const account = accountNamed(station, options.account)
    const bar = progressBar('bytes', bytes.size)
    const counts = { received: 0, duplicates: 0, aside: 0 }
    const threads = new Set<string>()
    let batch: InboundMessage[] = []
    let number = 0
    let read = 0
    const take = () => {
      const outcome = takeIn(station, account, batch)
      counts.received += outcome.received
      counts.duplicates += outcome.duplicates
      for (const thread of outcome.threads) threads.add(thread)
      batch = []
      bar.update(Math.min(read, bytes.size))
    }
    for await (const line of createInterface({
      input: createReadStream(file),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      number += 1
      read += Buffer.byteLength(line) + 1
      if (line.trim() === '') continue
      const message = messageOf(line, station.now())
      if (typeof message === 'string') {
        counts.aside += 1
        station.aside.keep({
          account,
          source: file,
          line: number,
          text: line.slice(0, 2_000).toWellFormed(),
          reason: message,
        })
      } else batch.push(message)
      if (batch.length === batchSize) take()
    }
    take()
    station.indexing.finish()
    bar.stop()
    console.log(
      `${counts.received} messages on ${threads.size} threads of "${options.account}"; ` +
        `${counts.duplicates} already there, ${counts.aside} lines kept aside`,
    )
    for (const line of station.aside.list(Math.min(counts.aside, 20), () => true).reverse()) {
      console.log(`  line ${line.line}: ${line.reason}`)
    }
  })
}

function accountNamed(station: Station, name: string): string {
  const present = station.views.accounts.accounts().find((account) => account.name === name)
  if (present) return present.id
  const id = 'replay'
  station.bus.runNow({ user: 'cli', role: 'system', device: 'cli', now: station.now() }, () => ({
    decision: entries(
      accountAdded(station.views.accounts.account(id) ? `${id}-${Date.now()}` : id, 'by-hand', name, []),
    ),
  }))
  return station.views.accounts.accounts().find((account) => account.name === name)!.id
}

/** The message of a line, or what is wrong with the line. */
function messageOf(line: string, now: number): InboundMessage | string {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    return 'not JSON'
  }
  const parsed = record.safeParse(json)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!
    return `${issue.path.join('.') || 'record'}: ${issue.message}`
  }
  const { id, text, time, title, user, from } = parsed.data
  const sentAt =
    time === undefined ? now : Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(time) ? time : time + zone)
  if (Number.isNaN(sentAt)) return 'time: not a date'
  const name = user ?? from ?? id
  return {
    event: 'message',
    contact: { external: name, name },
    conversation: id,
    external: id,
    kind: 'text',
    text,
    title: title ?? null,
    image: null,
    sentAt,
  }
}
