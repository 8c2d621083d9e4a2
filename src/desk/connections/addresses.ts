import type { Refusal } from '../../contract/errors.ts'

/** Addresses as an admin enters them, told apart from the passwords in them. Pure. */

export interface Addresses {
  apiBase: string
  proxy?: string | null | undefined
  relay: string | null
}

/** What is wrong with them; null where nothing is. Only a proxy may have user and password in its address. */
export function wrongAddress({ apiBase, proxy, relay }: Addresses): Refusal | null {
  if (!isPlain(apiBase)) return wrong('apiBase')
  if (relay !== null && !isPlain(relay)) return wrong('relay')
  if (proxy && !URL.canParse(proxy)) return wrong('proxy')
  return null
}

function isPlain(address: string): boolean {
  const url = URL.parse(address)
  return url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === ''
}

function wrong(path: string): Refusal {
  return invalid(path, 'not an address without user, password and question mark')
}

export function invalid(path: string, message: string): Refusal {
  return { code: 'invalid', issues: [{ path, message }] }
}

export interface Proxy {
  /** Without user and password. */
  shown: string
  /** The whole address, where it holds any. */
  login: string | null
}

export function proxyOf(address: string): Proxy {
  const url = new URL(address)
  const login = url.username !== '' || url.password !== ''
  return {
    shown: url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin,
    login: login ? address : null,
  }
}

/** Whether what is sent to one of them is sent to the other too. */
export function sameOrigin(one: string, other: string): boolean {
  const [a, b] = [URL.parse(one), URL.parse(other)]
  return a !== null && b !== null && a.protocol === b.protocol && a.host === b.host
}
