import { refuse } from './answers.ts'
import type { CallRecord } from './calls.ts'
import type { Body } from './fields.ts'
import type { Account, App, Corp, Customer, World } from './world.ts'

/** One API call, with its token checked. */
export interface Call {
  world: World
  path: string
  query: URLSearchParams
  /** {} for GET */
  body: Body
  bytes: Buffer
  headers: Record<string, string | string[] | undefined>
  ip: string
  app: App
  corp: Corp
  now: number
  record: CallRecord
}

const idForm = /^wk[0-9A-Za-z_-]{1,62}$/

/** The account a call is about: missing 40058, malformed 95000, unknown 95004, not managed by this app 48007. */
export function accountOf(call: Call, given: unknown = call.body.open_kfid): Account {
  if (given === undefined || given === null || given === '')
    return refuse('invalidParameter', 'field `open_kfid` unexpected empty string. invalid Request Parameter')
  if (typeof given !== 'string')
    return refuse(
      'invalidParameter',
      'field `open_kfid` Warning: wrong json format. invalid Request Parameter',
    )
  call.record.account = given
  if (!idForm.test(given)) return refuse('malformedOpenKfid')
  const account = call.world.accounts.get(given)
  if (!account || account.deleted || account.corpid !== call.corp.corpid) return refuse('openKfidNotFound')
  if (!call.app.managed.has(given)) return refuse('accountNotAuthorized')
  return account
}

/** A customer of this corp: missing 40063, anything else 40096. */
export function customerOf(call: Call, given: unknown): Customer {
  if (given === undefined || given === null || given === '') return refuse('emptyParameter')
  if (typeof given !== 'string') return refuse('invalidParameter')
  const customer = call.world.customers.get(given)
  if (!customer || customer.corpid !== call.corp.corpid) return refuse('invalidExternalUserid')
  return customer
}

export function visible(app: App, userid: string): boolean {
  return app.visible === 'all' || app.visible.has(userid)
}
