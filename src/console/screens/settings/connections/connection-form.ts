import type { Connection } from '../../../../contract/connections.ts'
import type { Input } from '../../../../contract/index.ts'

/** What an admin fills in, and what becomes of it. */

export const publicApi = 'https://qyapi.weixin.qq.com'

export interface ConnectionForm {
  name: string
  corpid: string
  secret: string
  apiBase: string
  /** PEM of a file chosen now. */
  ca: { name: string; pem: string } | null
  /** What is there is to go. */
  noCa: boolean
  proxy: string
  noProxy: boolean
  relay: string
  relayToken: string
}

export type Wrong = Partial<
  Record<'name' | 'corpid' | 'secret' | 'apiBase' | 'relay' | 'relayToken', WrongWord>
>
type WrongWord = 'needed' | 'corpid' | 'secret' | 'apiBase' | 'relay' | 'relayToken'

export function formOf(present: Connection | null): ConnectionForm {
  return {
    name: present?.name ?? '',
    corpid: present?.corpid ?? '',
    secret: '',
    apiBase: present?.apiBase ?? publicApi,
    ca: null,
    noCa: false,
    proxy: '',
    noProxy: false,
    relay: present?.relay ?? '',
    relayToken: '',
  }
}

/** What is wrong with it, field by field; nothing where it may be sent. */
export function wrongIn(form: ConnectionForm, present: Connection | null): Wrong {
  const wrong: Wrong = {}
  if (form.name.trim() === '') wrong.name = 'needed'
  if (!/^[A-Za-z0-9_-]{2,64}$/.test(form.corpid.trim()))
    wrong.corpid = form.corpid.trim() ? 'corpid' : 'needed'
  const secret = form.secret.trim()
  if (secret === '' && !present?.hasSecret) wrong.secret = 'needed'
  else if (secret !== '' && secret.length < 8) wrong.secret = 'secret'
  if (!/^https?:\/\/\S+$/.test(form.apiBase.trim())) wrong.apiBase = 'apiBase'
  const relay = form.relay.trim()
  if (relay !== '' && !/^wss?:\/\/\S+$/.test(relay)) wrong.relay = 'relay'
  else if (relay !== '' && form.relayToken.trim().length < 8 && present?.relay !== relay)
    wrong.relayToken = 'relayToken'
  return wrong
}

const given = <K extends string>(name: K, text: string) =>
  text.trim() === '' ? {} : ({ [name]: text.trim() } as Record<K, string>)

function shared(form: ConnectionForm) {
  return {
    name: form.name.trim(),
    corpid: form.corpid.trim(),
    apiBase: form.apiBase.trim(),
    relay: form.relay.trim() || null,
    ...given('secret', form.secret),
    ...given('relayToken', form.relayToken),
  }
}

export function testInput(form: ConnectionForm, present: Connection | null): Input<'connection.test'> {
  return {
    ...shared(form),
    ca: form.ca?.pem ?? null,
    proxy: form.proxy.trim() || null,
    ...(present ? { connection: present.id } : {}),
  }
}

export function addInput(form: ConnectionForm): Input<'connection.add'> {
  return {
    ...shared(form),
    secret: form.secret.trim(),
    ca: form.ca?.pem ?? null,
    proxy: form.proxy.trim() || null,
  }
}

export function changeInput(form: ConnectionForm, present: Connection): Input<'connection.change'> {
  return {
    ...shared(form),
    connection: present.id,
    enabled: present.enabled,
    ...(form.ca ? { ca: form.ca.pem } : form.noCa ? { ca: null } : {}),
    ...(form.proxy.trim() ? { proxy: form.proxy.trim() } : form.noProxy ? { proxy: null } : {}),
  }
}
