import { createHash } from 'node:crypto'
import { sync as facts } from '../../../src/channels/wecom/facts.ts'
import { type Answer, Raw, refuse } from './answers.ts'
import { forget } from './arrivals.ts'
import { accountOf, type Call } from './call.ts'
import { optionalText, optionalWhole } from './fields.ts'
import { tokenlessSync } from './rate-limits.ts'
import type { Account, Arrival } from './world.ts'

/** kf/sync_msg: what arrived in one account after a cursor. */
export function syncMsg(call: Call): Answer {
  const { world, body, now } = call
  const account = accountOf(call)
  const limit = optionalWhole(body, 'limit', 0, facts.limitMax) || facts.limitDefault
  const silk = optionalWhole(body, 'voice_format', 0, 1) === facts.voiceFormats.silk
  const cursor = optionalText(body, 'cursor', facts.cursorBytes)
  callbackToken(call, account)
  forget(account, now)
  const wanted = cursor ? positionOf(account, cursor) : account.oldest

  const { faults } = world
  const repeat = account.lastPage && faults.take('repeatPage', call.path, call.app.agentid)
  if (repeat && account.lastPage) {
    const { from, to } = account.lastPage
    return page(account, account.log.slice(from, to), wanted, wanted < account.log.length, silk)
  }
  if (faults.take('emptyPage', call.path, call.app.agentid)) return page(account, [], wanted, true, silk)
  const short = faults.take('shortPage', call.path, call.app.agentid)
  const from = Math.max(wanted, account.oldest)
  const to = Math.min(account.log.length, from + Math.min(limit, short?.most ?? limit))
  const given = account.log.slice(from, to)
  const reorder = given.length > 1 && faults.take('reorder', call.path, call.app.agentid)
  if (to > from) account.lastPage = { from, to }
  return page(
    account,
    reorder ? anyOrder(call, given, reorder.ties === true) : given,
    to,
    to < account.log.length,
    silk,
  )
}

function callbackToken(call: Call, account: Account): void {
  const token = optionalText(call.body, 'token')
  if (token && call.world.callbacks.tokenIsGood(account, token, call.now)) return
  call.record.tokenless = true
  tokenlessSync(call.app, call.now)
  if (token) refuse('invalidSyncToken')
}

function page(account: Account, given: Arrival[], next: number, more: boolean, silk: boolean): Raw {
  const list = given.map((arrival) =>
    silk && arrival.voice ? arrival.json.replace(arrival.voice, `${arrival.voice}-silk`) : arrival.json,
  )
  return new Raw(
    `{"errcode":0,"errmsg":"ok","next_cursor":"${cursorOf(account, next)}","has_more":${more ? 1 : 0},` +
      `"msg_list":[${list.join(',')}]}`,
    { 'content-type': 'application/json; charset=UTF-8' },
  )
}

/** Opaque, bound to the account. */
function cursorOf(account: Account, position: number): string {
  const number = position.toString(36)
  return `4gw${seal(account, number)}.${number}`
}

function positionOf(account: Account, cursor: string): number {
  const [head, number = ''] = cursor.split('.')
  const position = Number.parseInt(number, 36)
  if (head !== `4gw${seal(account, number)}` || position > account.log.length)
    return refuse('invalidParameter', 'invalid cursor')
  return position
}

function seal(account: Account, number: string): string {
  return createHash('sha1').update(`${account.openKfid} ${number}`).digest('base64url').slice(0, 20)
}

/** Shuffled; what one resident sent within one second keeps its order, unless `ties`, since nothing else tells it. */
function anyOrder(call: Call, given: Arrival[], ties: boolean): Arrival[] {
  const shuffled = call.world.random.shuffle([...given])
  if (ties) return shuffled
  const groupOf = (arrival: Arrival) => `${arrival.customer} ${Math.floor(arrival.sendTime / 1000)}`
  const groups = new Map<string, Arrival[]>()
  for (const arrival of given) {
    const group = groups.get(groupOf(arrival))
    if (group) group.push(arrival)
    else groups.set(groupOf(arrival), [arrival])
  }
  const taken = new Map<string, number>()
  return shuffled.map((arrival) => {
    const key = groupOf(arrival)
    const n = taken.get(key) ?? 0
    taken.set(key, n + 1)
    return groups.get(key)?.[n] as Arrival
  })
}
