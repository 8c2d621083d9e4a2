import type { Probe } from '../../contract/connections.ts'
import { type ApiSettings, type ApiWorld, type ListedAccount, openApi, type WecomApi } from './api.ts'
import { ApiRefused, Unreachable } from './api-error.ts'
import { errorCodes } from './error-codes.ts'
import { behaviourOf } from './error-words.ts'

export interface ProbeWorld extends ApiWorld {
  /** Whether the relay lets this desk in; null where none is set up. */
  relay: (() => Promise<'ok' | 'refused' | 'unreachable'>) | null
  signal?: AbortSignal
}

export interface Probed {
  probes: Probe[]
  accounts: ListedAccount[]
}

/**
 * Tries everything an account needs, step by step, and changes nothing. Reading messages is tried without a callback token
 * and so costs one of the ten such calls a minute.
 */
export async function probe(settings: ApiSettings, world: ProbeWorld): Promise<Probed> {
  const api = openApi(settings, world)
  // Nobody waits any more: all that is under way ends.
  const stop = () => void api.close()
  if (world.signal?.aborted) stop()
  else world.signal?.addEventListener('abort', stop, { once: true })
  try {
    const relay = relayStep(world.relay)
    const { probes, accounts } = await apiSteps(api)
    return { probes: [...probes, await relay], accounts }
  } finally {
    world.signal?.removeEventListener('abort', stop)
    await api.close()
  }
}

const ok = (step: Probe['step']): Probe => ({ step, state: 'ok', code: null, why: null })
const skipped = (step: Probe['step'], why = 'earlier'): Probe => ({ step, state: 'skipped', code: null, why })

const ofApi: readonly Probe['step'][] = [
  'address',
  'token',
  'allowedAddress',
  'accounts',
  'messages',
  'colleagues',
  'contacts',
  'broadcasts',
]

/** What was not come to is skipped. */
function until(probes: readonly Probe[], accounts: ListedAccount[] = []): Probed {
  return { probes: ofApi.map((step) => probes.find((one) => one.step === step) ?? skipped(step)), accounts }
}

async function apiSteps(api: WecomApi): Promise<Probed> {
  const entrance = await tried(() => api.knock())
  if ('error' in entrance) {
    const { error } = entrance
    return until(
      error instanceof Unreachable ? [failure('address', error)] : [ok('address'), failure('token', error)],
    )
  }
  const listed = await tried(() => api.accounts())
  const refused = 'error' in listed && listed.error instanceof ApiRefused ? listed.error : null
  if (refused && behaviourOf(refused.errcode).kind === 'token') {
    return until([ok('address'), failure('token', refused)])
  }
  const entered = [ok('address'), ok('token')]
  if (refused?.errcode === errorCodes.ipNotAllowed) {
    return until([...entered, failure('allowedAddress', refused)])
  }
  const capabilities = [
    step('contacts', () => api.contactMembers()),
    step('broadcasts', () => api.tryBroadcasts()),
  ]
  if ('error' in listed) {
    const allowed = refused ? [ok('allowedAddress')] : []
    const probes = [...entered, ...allowed, failure('accounts', listed.error)]
    return until([...probes, ...(await Promise.all(capabilities))])
  }
  const served = servedSteps(api, listed.answer)
  const probes = await Promise.all([ok('allowedAddress'), ...served, ...capabilities])
  return until([...entered, ...probes], listed.answer)
}

/** What a desk does with an account, tried on the first it may serve. */
function servedSteps(api: WecomApi, accounts: readonly ListedAccount[]): (Probe | Promise<Probe>)[] {
  const openKfid = accounts.find((one) => one.managed)?.openKfid
  if (openKfid === undefined) {
    const why = accounts.length === 0 ? 'noAccounts' : 'noneManaged'
    return [{ step: 'accounts', state: 'failed', code: null, why }]
  }
  return [
    ok('accounts'),
    step('messages', () => api.syncMessages({ openKfid, cursor: null, token: null, limit: 1 })),
    step('colleagues', () => api.servicers(openKfid)),
  ]
}

async function relayStep(ask: ProbeWorld['relay']): Promise<Probe> {
  if (ask === null) return skipped('relay', 'noRelay')
  const answer = await tried(ask)
  if ('error' in answer) return failure('relay', answer.error)
  if (answer.answer === 'ok') return ok('relay')
  const why = answer.answer === 'refused' ? 'relayRefused' : 'relayUnreachable'
  return { step: 'relay', state: 'failed', code: null, why }
}

type Tried<Answer> = { answer: Answer } | { error: unknown }

async function tried<Answer>(ask: () => Promise<Answer>): Promise<Tried<Answer>> {
  try {
    return { answer: await ask() }
  } catch (error) {
    return { error }
  }
}

async function step(name: Probe['step'], ask: () => Promise<unknown>): Promise<Probe> {
  const answer = await tried(ask)
  return 'error' in answer ? failure(name, answer.error) : ok(name)
}

function failure(step: Probe['step'], error: unknown): Probe {
  if (error instanceof ApiRefused) {
    const why = whyRefused(error.errcode)
    const seen =
      error.seenFrom && error.errcode === errorCodes.ipNotAllowed ? { seenFrom: error.seenFrom } : {}
    return { step, state: 'failed', code: error.errcode, why, ...seen }
  }
  const why = error instanceof Unreachable ? error.why : 'broken'
  return { step, state: 'failed', code: null, why }
}

/** The word for it under `connections.probes`. */
export function whyRefused(errcode: number): string {
  return whys[errcode] ?? (behaviourOf(errcode).kind === 'token' ? 'token' : 'refused')
}

const whys: Record<number, string> = {
  [errorCodes.invalidCorpid]: 'corpid',
  [errorCodes.invalidSecret]: 'secret',
  [errorCodes.invalidSecretOfOtherCorp]: 'secret',
  [errorCodes.appDisabled]: 'appDisabled',
  [errorCodes.ipNotAllowed]: 'addressNotAllowed',
  [errorCodes.apiSwitchOff]: 'switchOff',
  [errorCodes.grantedToProvider]: 'provider',
  [errorCodes.standaloneSecretInWecomMode]: 'wrongEdition',
  [errorCodes.wecomSecretInStandaloneMode]: 'wrongEdition',
  [errorCodes.apiForbidden]: 'notPermitted',
  [errorCodes.accountNotAuthorized]: 'accountNotAuthorized',
  [errorCodes.outsideVisibleRange]: 'visibleRange',
  [errorCodes.useridNotVisible]: 'visibleRange',
  [errorCodes.memberOutsideScope]: 'visibleRange',
  [errorCodes.noPermission]: 'noPermission',
  [errorCodes.tooFrequent]: 'tooFrequent',
  [errorCodes.tooManyAtOnce]: 'busy',
  [errorCodes.systemBusy]: 'busy',
}
