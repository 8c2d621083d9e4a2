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
  try {
    const relay = relayStep(world.relay)
    const ofApi = await apiSteps(api, world.signal)
    return { ...ofApi, probes: [...ofApi.probes, await relay] }
  } finally {
    await api.close()
  }
}

const ok = (step: Probe['step']): Probe => ({ step, state: 'ok', code: null, why: null })
const skipped = (step: Probe['step'], why = 'earlier'): Probe => ({ step, state: 'skipped', code: null, why })

async function apiSteps(api: WecomApi, signal: AbortSignal | undefined): Promise<Probed> {
  const probes: Probe[] = []
  const rest = (...steps: Probe['step'][]) => probes.push(...steps.map((step) => skipped(step)))

  const entrance = await tried(() => api.knock())
  if ('error' in entrance && entrance.error instanceof Unreachable) {
    probes.push(failure('address', entrance.error))
    rest('token', 'allowedAddress', 'accounts', 'messages', 'colleagues', 'contacts', 'broadcasts')
    return { probes, accounts: [] }
  }
  probes.push(ok('address'))
  if ('error' in entrance) {
    probes.push(failure('token', entrance.error))
    rest('allowedAddress', 'accounts', 'messages', 'colleagues', 'contacts', 'broadcasts')
    return { probes, accounts: [] }
  }

  const listed = await tried(() => api.accounts(signal))
  const refusedBy = 'error' in listed && listed.error instanceof ApiRefused ? listed.error : null
  if (refusedBy && behaviourOf(refusedBy.errcode).kind === 'token') {
    probes.push(failure('token', refusedBy))
    rest('allowedAddress', 'accounts', 'messages', 'colleagues', 'contacts', 'broadcasts')
    return { probes, accounts: [] }
  }
  probes.push(ok('token'))
  if (refusedBy?.errcode === errorCodes.ipNotAllowed) {
    probes.push(failure('allowedAddress', refusedBy))
    rest('accounts', 'messages', 'colleagues', 'contacts', 'broadcasts')
    return { probes, accounts: [] }
  }

  const capabilities = [
    await step('contacts', () => api.contactMembers()),
    await step('broadcasts', () => api.tryBroadcasts()),
  ]
  if ('error' in listed) {
    probes.push(
      refusedBy ? ok('allowedAddress') : skipped('allowedAddress'),
      failure('accounts', listed.error),
    )
    rest('messages', 'colleagues')
    return { probes: [...probes, ...capabilities], accounts: [] }
  }
  const accounts = listed.answer
  const first = accounts.find((one) => one.managed)
  probes.push(ok('allowedAddress'))
  if (first) {
    const { openKfid } = first
    probes.push(
      ok('accounts'),
      await step('messages', () =>
        api.syncMessages({ openKfid, cursor: null, token: null, limit: 1, signal }),
      ),
      await step('colleagues', () => api.servicers(openKfid, signal)),
    )
  } else {
    const why = accounts.length === 0 ? 'noAccounts' : 'noneManaged'
    probes.push({ step: 'accounts', state: 'failed', code: null, why })
    rest('messages', 'colleagues')
  }
  return { probes: [...probes, ...capabilities], accounts }
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
