import { createHmac } from 'node:crypto'
import { Agent as PlainAgent, request as plainRequest } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import { callbacks as facts } from '../../../src/channels/wecom/facts.ts'
import { encrypt, signature } from './crypto.ts'
import type { Account, App, CallbackTarget, World } from './world.ts'

/** How the notifications behave; times in real ms, since the receiver answers in real time. */
export interface CallbackSettings {
  /** One notification for all that came to an account within so many ms; 0: one for each item. */
  coalesce: number
  answerWithin: number
  tries: number
  retryAfter: number
  atOnce: number
}

export interface CallbackRecord {
  /** ms of the emulator's clock */
  at: number
  event: string
  account: string | null
  token: string | null
  agentid: number
  attempt: number
  /** HTTP status, or why there was none. */
  result: number | string
  /** real ms */
  ms: number
}

interface Job {
  app: App
  event: string
  account: string | null
  token: string | null
  xml: string
}

const keep = 200_000
const cdata = (name: string, value: string) => `<${name}><![CDATA[${value}]]></${name}>`

export class Callbacks {
  readonly settings: CallbackSettings = {
    coalesce: 0,
    answerWithin: facts.answerWithin,
    tries: facts.tries,
    retryAfter: 200,
    atOnce: 16,
  }
  readonly records: CallbackRecord[] = []
  #queue: Job[] = []
  #next = 0
  #running = 0
  #pending = 0
  #tokens = 0
  readonly #waiting = new Set<Account>()
  readonly #secret: string
  readonly #world: World
  readonly #agents = {
    plain: new PlainAgent({ keepAlive: true, maxSockets: 64 }),
    tls: new TlsAgent({ keepAlive: true, maxSockets: 64 }),
  }

  constructor(world: World) {
    this.#world = world
    this.#secret = world.names.word(32)
  }

  /** Tells the apps that manage the account of something new there. */
  news(account: Account): void {
    const { coalesce } = this.settings
    if (coalesce === 0) {
      this.#tell(account)
      return
    }
    if (this.#waiting.has(account)) return
    this.#waiting.add(account)
    setTimeout(() => {
      this.#waiting.delete(account)
      this.#tell(account)
    }, coalesce)
  }

  #tell(account: Account): void {
    for (const app of this.#world.corp(account.corpid).apps.values()) {
      if (!app.callback || !app.managed.has(account.openKfid)) continue
      const now = this.#world.clock.now()
      const token = this.tokenFor(account, now)
      this.event(app, facts.kfEvent, cdata('Token', token) + cdata('OpenKfId', account.openKfid), {
        account: account.openKfid,
        token,
      })
    }
  }

  /** Any event; `fields` is XML. */
  event(app: App, event: string, fields: string, about: { account?: string; token?: string } = {}): void {
    if (!app.callback) return
    const xml =
      `<xml>${cdata('ToUserName', app.corpid)}<CreateTime>${this.#world.clock.seconds()}</CreateTime>` +
      `${cdata('MsgType', 'event')}${cdata('Event', event)}${fields}</xml>`
    const job = { app, event, account: about.account ?? null, token: about.token ?? null, xml }
    const { faults, random } = this.#world
    if (faults.take('dropCallback', event, app.agentid)) {
      this.#note(job, 0, 'dropped', 0)
      return
    }
    const delay = faults.take('delayCallback', event, app.agentid)
    const copies = faults.take('duplicateCallback', event, app.agentid) ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      if (!delay) this.#push(job)
      else
        this.#later(delay.most === undefined ? delay.ms : random.between(delay.ms, delay.most), () =>
          this.#push(job),
        )
    }
  }

  /** The Token of a notification: opens sync_msg for this account for ten minutes. */
  tokenFor(account: Account, at: number): string {
    const when = `${at.toString(36)}-${(++this.#tokens).toString(36)}`
    return `ENC${when}.${this.#seal(account.openKfid, when)}`
  }

  tokenIsGood(account: Account, token: string, now: number): boolean {
    const [when = '', seal] = token.slice(3).split('.')
    const at = Number.parseInt(when, 36)
    return now - at >= 0 && now - at < facts.syncTokenLife && seal === this.#seal(account.openKfid, when)
  }

  #seal(openKfid: string, when: string): string {
    return createHmac('sha1', this.#secret).update(`${openKfid} ${when}`).digest('base64url')
  }

  /** Nothing waiting, nothing under way. */
  get idle(): boolean {
    return (
      this.#running === 0 &&
      this.#pending === 0 &&
      this.#next >= this.#queue.length &&
      this.#waiting.size === 0
    )
  }

  #later(ms: number, work: () => void): void {
    this.#pending++
    setTimeout(() => {
      this.#pending--
      work()
    }, ms)
  }

  #push(job: Job): void {
    this.#queue.push(job)
    this.#work()
  }

  #work(): void {
    while (this.#running < this.settings.atOnce && this.#next < this.#queue.length) {
      const job = this.#queue[this.#next++] as Job
      if (this.#next > 10_000) {
        this.#queue = this.#queue.slice(this.#next)
        this.#next = 0
      }
      this.#running++
      void this.#deliver(job, 1)
    }
  }

  async #deliver(job: Job, attempt: number): Promise<void> {
    const target = job.app.callback
    const started = performance.now()
    const result = target ? await this.post(target, job.app, job.xml) : 'no callback set'
    this.#note(job, attempt, result, performance.now() - started)
    this.#running--
    const acknowledged = typeof result === 'number' && result >= 200 && result < 300
    if (!acknowledged && target && attempt < this.settings.tries)
      this.#later(this.settings.retryAfter, () => {
        this.#running++
        void this.#deliver(job, attempt + 1)
      })
    this.#work()
  }

  post(target: CallbackTarget, app: App, xml: string): Promise<number | string> {
    const encrypted = this.#encrypted(target, app.corpid, xml)
    const agent = target.withAgentId ? cdata('AgentID', String(app.agentid)) : ''
    const body = `<xml>${cdata('ToUserName', app.corpid)}${agent}${cdata('Encrypt', encrypted)}</xml>`
    return this.#ask(this.#signed(target, encrypted), 'POST', body, this.settings.answerWithin).then(
      (answer) => answer.status,
      (error: Error) => error.message,
    )
  }

  /** What the console does when the callback's address is saved: the plaintext must come back within a second. */
  async verify(target: CallbackTarget, corpid: string): Promise<{ ok: boolean; answer: string; ms: number }> {
    const plain = String(this.#world.names.below(9e15))
    const echostr = this.#encrypted(target, corpid, plain)
    const url = this.#signed(target, echostr)
    url.searchParams.set('echostr', echostr)
    const started = performance.now()
    const answer = await this.#ask(url, 'GET', '', facts.verifyWithin).then(
      (given) => given.body,
      (error: Error) => `(${error.message})`,
    )
    return { ok: answer === plain, answer, ms: performance.now() - started }
  }

  #encrypted(target: CallbackTarget, corpid: string, text: string): string {
    return encrypt(target.aesKey, corpid, text, Buffer.from(this.#world.names.word(facts.randomPrefixBytes)))
  }

  #signed(target: CallbackTarget, encrypted: string): URL {
    const url = new URL(target.url)
    const timestamp = String(this.#world.clock.seconds())
    const nonce = String(this.#world.names.below(4294967296))
    url.searchParams.set('msg_signature', signature(target.token, timestamp, nonce, encrypted))
    url.searchParams.set('timestamp', timestamp)
    url.searchParams.set('nonce', nonce)
    return url
  }

  #ask(url: URL, method: string, body: string, within: number): Promise<{ status: number; body: string }> {
    const tls = url.protocol === 'https:'
    return new Promise((resolve, reject) => {
      const asked = (tls ? tlsRequest : plainRequest)(
        url,
        {
          method,
          agent: tls ? this.#agents.tls : this.#agents.plain,
          headers: body ? { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(body) } : {},
        },
        (answer) => {
          const parts: Buffer[] = []
          answer.on('data', (part: Buffer) => parts.push(part))
          answer.on('error', reject)
          answer.on('end', () => {
            clearTimeout(timer)
            resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts).toString() })
          })
        },
      )
      const timer = setTimeout(() => asked.destroy(new Error('timeout')), within)
      asked.on('error', (error) => {
        clearTimeout(timer)
        reject(error)
      })
      asked.end(body)
    })
  }

  #note(job: Job, attempt: number, result: number | string, ms: number): void {
    if (this.records.length >= keep) this.records.splice(0, keep / 2)
    this.records.push({
      at: this.#world.clock.now(),
      event: job.event,
      account: job.account,
      token: job.token,
      agentid: job.app.agentid,
      attempt,
      result,
      ms: Math.round(ms * 10) / 10,
    })
  }
}
