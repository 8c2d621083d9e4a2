/** What can go wrong between the desk and WeCom, without a token, a secret or the query of an address in it. */

export type WhyUnreachable =
  /** No such address, or nothing answers there. */
  | 'address'
  | 'refusedConnection'
  | 'certificate'
  | 'proxy'
  | 'timeout'
  /** The connection broke off. */
  | 'lost'
  | 'tooBig'
  | 'notJson'
  /** JSON, but not of the form the call is known to answer with. */
  | 'unexpected'
  /** An HTTP status that is no success. */
  | 'http'
  /** Nobody waits for the answer any more. */
  | 'stopped'

export class Unreachable extends Error {
  override readonly name = 'Unreachable'
  readonly why: WhyUnreachable
  /** Of the call, without its query. */
  readonly path: string
  /** HTTP status, where an answer came. */
  readonly status: number | null
  /** Whether the other side may have acted on it; false only where it surely did not. */
  readonly sent: boolean

  constructor(why: WhyUnreachable, path: string, { sent = true, status = null as number | null } = {}) {
    super(`${path}: ${why}${status === null ? '' : ` (HTTP ${status})`}`)
    this.why = why
    this.path = path
    this.status = status
    this.sent = sent
  }
}

/** The API itself said no. Decide by `errcode` only. */
export class ApiRefused extends Error {
  override readonly name = 'ApiRefused'
  readonly errcode: number
  /** Of the call, without its query. */
  readonly path: string
  /** The address WeCom saw the call come from, where it says so. */
  readonly seenFrom: string | null

  constructor(errcode: number, path: string, errmsg: string) {
    super(`${path}: ${errcode} ${shortened(errmsg)}`)
    this.errcode = errcode
    this.path = path
    this.seenFrom = /from ip: ?([0-9a-f.:]{3,45})/i.exec(errmsg)?.[1] ?? null
  }
}

/** Without hint, address and link; and without anything long enough to be a token. */
function shortened(errmsg: string): string {
  const text = errmsg.split(/,? *(?:hint:|from ip:|more info at)/i)[0] ?? ''
  return text
    .replace(/[^\s,;"']{40,}/g, '…')
    .slice(0, 160)
    .trim()
}
