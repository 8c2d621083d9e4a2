import { z } from '../../contract/schema.ts'
import type { ApiSettings, ApiWorld } from './api.ts'
import { ApiRefused, Unreachable } from './api-error.ts'
import { ClockDifference, clockFault } from './clock-difference.ts'
import { tokenErrors } from './error-codes.ts'
import { assumed, tokens as tokenFacts } from './facts.ts'
import { Gate } from './gate.ts'
import { Http, type HttpAnswer, type HttpRequest } from './http.ts'
import { AccessTokens, type FetchedToken } from './tokens.ts'

/** Calls in flight at the same time, for one corp. */
const atOnce = 8
const mostJsonBytes = 16 * 1024 * 1024

/** One call, without its token. */
export type Call = Omit<HttpRequest, 'mostBytes'> & { mostBytes?: number }

/** Every answer has an errcode: what has none is not WeCom's, and a message it seems to accept was not sent. */
const envelope = z.object({
  errcode: z.union([
    z.number().int(),
    z
      .string()
      .regex(/^-?\d{1,9}$/)
      .transform(Number),
  ]),
  errmsg: z.string().catch(''),
})
const tokenAnswer = z.object({
  access_token: z.string().min(1).max(tokenFacts.maxBytes),
  expires_in: z.number().positive().catch(tokenFacts.lifeSeconds),
})

/** What came, and between which times (ms) of this machine. */
interface Heard {
  answer: HttpAnswer
  askedAt: number
  answeredAt: number
}

/** Calls of the API with a token: fetched when needed, replaced once where it is refused. */
export class Calls {
  readonly #http: Http
  readonly #tokens: AccessTokens
  readonly #gate = new Gate(atOnce)
  readonly #world: ApiWorld
  readonly #clocks = new ClockDifference()

  constructor(settings: ApiSettings, world: ApiWorld) {
    this.#http = new Http(settings)
    this.#tokens = new AccessTokens(() => this.#fetchToken(settings), world)
    this.#world = world
  }

  /** ms this machine's clock is ahead of WeCom's; null where WeCom has not told. */
  get clockAhead(): number | null {
    return this.#clocks.ahead
  }

  /** @throws ApiRefused, Unreachable */
  async json<Answer>(call: Call & { json?: unknown }, schema: z.ZodType<Answer>): Promise<Answer> {
    const { json, ...rest } = call
    const body =
      json === undefined
        ? rest.body
        : { type: 'application/json; charset=utf-8', bytes: JSON.stringify(json) }
    return this.#withToken({ ...rest, body }, (answer) => parsed(answer, call.path, schema))
  }

  /** What is no JSON, such as a file. `read` may throw ApiRefused. @throws ApiRefused, Unreachable */
  raw<Answer>(call: Call, read: (answer: HttpAnswer) => Answer): Promise<Answer> {
    return this.#withToken(call, read)
  }

  /** Asks for a token and nothing else. @throws ApiRefused, Unreachable */
  async knock(): Promise<void> {
    await this.#tokens.get()
  }

  close(): Promise<void> {
    return this.#http.close()
  }

  #withToken<Answer>(call: Call, read: (answer: HttpAnswer) => Answer): Promise<Answer> {
    return this.#gate.through(call.path, call.signal, async () => {
      const token = await this.#token(call)
      try {
        return this.#read(await this.#ask(call, token), read)
      } catch (error) {
        if (!(error instanceof ApiRefused) || !tokenErrors.includes(error.errcode)) throw error
        if (!this.#tokens.drop(token)) throw error
        this.#world.log(`wecom: ${call.path} refused the token (${error.errcode}), once more with another`)
      }
      return this.#read(await this.#ask(call, await this.#token(call)), read)
    })
  }

  /** Fetching it fails before the call itself was made. */
  async #token({ path }: Call): Promise<string> {
    try {
      return await this.#tokens.get()
    } catch (error) {
      if (error instanceof Unreachable) {
        throw new Unreachable(error.why, path, { sent: false, status: error.status })
      }
      throw error
    }
  }

  /** What WeCom itself has said tells its time too; what something on the way has said does not. */
  #read<Answer>({ answer, askedAt, answeredAt }: Heard, read: (answer: HttpAnswer) => Answer): Answer {
    const tell = () => this.#compare(answer.headers.date, askedAt, answeredAt)
    try {
      const said = read(answer)
      tell()
      return said
    } catch (error) {
      if (error instanceof ApiRefused) tell()
      throw error
    }
  }

  #compare(date: unknown, askedAt: number, answeredAt: number): void {
    if (!assumed.dateIsItsClock) return
    const before = clockFault(this.#clocks.ahead)
    this.#clocks.heard(date, askedAt, answeredAt)
    const now = clockFault(this.#clocks.ahead)
    if (before?.what === now?.what && before?.seconds === now?.seconds) return
    this.#world.log(`wecom: ${now ? `${now.what} by ${now.seconds} s` : 'the clocks agree again'}`)
  }

  async #heard(request: HttpRequest): Promise<Heard> {
    const { clock } = this.#world
    const askedAt = clock.now()
    const answer = await this.#http.request(request)
    return { answer, askedAt, answeredAt: clock.now() }
  }

  #ask(call: Call, token: string): Promise<Heard> {
    return this.#heard({
      mostBytes: mostJsonBytes,
      ...call,
      query: { ...call.query, access_token: token },
    })
  }

  async #fetchToken({ corpid, secret }: ApiSettings): Promise<FetchedToken> {
    const path = '/cgi-bin/gettoken'
    const query = { corpid, corpsecret: secret }
    const heard = await this.#heard({ method: 'GET', path, query, mostBytes: mostJsonBytes })
    const { access_token, expires_in } = this.#read(heard, (answer) => parsed(answer, path, tokenAnswer))
    return { token: access_token, seconds: expires_in }
  }
}

/** @throws ApiRefused, Unreachable */
export function parsed<Answer>(
  { status, body }: HttpAnswer,
  path: string,
  schema: z.ZodType<Answer>,
): Answer {
  const success = status >= 200 && status < 300
  let said: unknown
  try {
    said = JSON.parse(body.toString())
  } catch {
    throw new Unreachable(success ? 'notJson' : 'http', path, { status })
  }
  const { data: enveloped } = envelope.safeParse(said)
  // Errors come with 200; an address that answers with another status but in this form is taken at its word.
  if (enveloped && enveloped.errcode !== 0) throw new ApiRefused(enveloped.errcode, path, enveloped.errmsg)
  if (!success) throw new Unreachable('http', path, { status })
  if (!enveloped) throw new Unreachable('unexpected', path, { status })
  const answer = schema.safeParse(said)
  // Not what zod says of it: that could hold what the answer holds.
  if (!answer.success) throw new Unreachable('unexpected', path, { status })
  return answer.data
}
