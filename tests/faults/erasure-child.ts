import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { By } from '../../src/desk/route.ts'
import { openStation } from '../../src/desk/station/opening.ts'
import { fileSecrets } from '../../src/desk/station/secrets.ts'
import { takeIn } from '../../src/desk/threads/inbound.ts'
import { resources } from '../../src/hosts/resources.ts'

/**
 * A core that takes in one more marked message, so that it stands in the write-ahead log; years later everything is
 * erased. Says `done` once that is acknowledged, and then is closed (`close`) or waits to be killed.
 */

const [dir = '', then = '', text = '', start = '0'] = process.argv.slice(2)
const year = 365 * 24 * 3_600_000
let now = Number(start)

const station = await openStation({
  dir,
  secrets: fileSecrets(`${dir}/secrets`),
  resources,
  clock: () => now,
  log: (line) => appendFileSync(`${dir}/core.log`, `${line}\n`),
})
const account = 'liuhe'
const by = (user: string, role: string): By => ({ user, role, device: 'child', now })

const { threads } = takeIn(station, account, [
  {
    event: 'message',
    contact: { external: text, name: text },
    conversation: text,
    external: text,
    kind: 'text',
    text,
    title: null,
    image: null,
    sentAt: now,
  },
])
const thread = threads[0]!
const seen = station.views.threads.thread(thread)!.last_seq
await station.execute(
  'thread.close',
  { thread, disposition: 'handledByPhone', seen },
  by('zhang', 'officer'),
  null,
)
station.indexing.finish()

now += 6 * year
const guanli = () => by('guanli', 'admin')
const { classes } = await station.query('retention.get', {}, guanli())
const shorter = classes.filter(({ months }) => months === null)
await station.execute(
  'retention.change',
  { classes: shorter.map(({ id, minimum }) => ({ id, months: minimum })) },
  guanli(),
  null,
)
const scope = { kind: 'due' } as const
const { digest } = await station.query('erasure.preview', { scope }, guanli())
const { work } = await station.execute(
  'erasure.run',
  { scope, digest, ground: '保留期限已满', password: 'desk-1234' },
  guanli(),
  null,
)
let state = station.works.get(work, 'guanli')
while (state.state === 'running') {
  await sleep(2)
  state = station.works.get(work, 'guanli')
}
if (state.state !== 'done') throw new Error(`${state.state}: ${state.error}`)
if (then === 'close') await station.close()
process.stdout.write('done\n')
if (then === 'wait') setInterval(() => {}, 1_000)
