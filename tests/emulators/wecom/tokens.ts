import { assumed, tokens } from '../../../src/channels/wecom/facts.ts'
import { refuse } from './answers.ts'
import type { AccessToken, App, World } from './world.ts'

/** gettoken: the same token again while more than five minutes are left of it. */
export function gettoken(world: World, query: URLSearchParams, ip: string): Record<string, unknown> {
  world.limits.gettoken(ip)
  const corp = world.corps.get(query.get('corpid') ?? '')
  if (!corp) return refuse('invalidCorpid')
  const secret = query.get('corpsecret') ?? ''
  const app = [...corp.apps.values()].find((one) => one.secret === secret)
  if (!app?.enabled) {
    world.limits.wrongSecret(ip)
    const elsewhere = [...world.corps.values()].some(
      (other) => other !== corp && [...other.apps.values()].some((one) => one.secret === secret),
    )
    return refuse(elsewhere ? 'invalidSecretOfOtherCorp' : 'invalidSecret')
  }
  world.limits.corpCall(corp.corpid, `/cgi-bin/gettoken ${app.agentid}`)
  const now = world.clock.now()
  const token = current(app, now) ?? issue(world, app, now)
  return {
    errcode: 0,
    errmsg: 'ok',
    access_token: token.value,
    expires_in: Math.floor((token.expires - now) / 1000),
  }
}

function current(app: App, now: number): AccessToken | null {
  const { token } = app
  if (!token || token.dead) return null
  return token.expires - now > assumed.tokenReusedWhileSecondsLeft * 1000 ? token : null
}

function issue(world: World, app: App, now: number): AccessToken {
  const token: AccessToken = {
    value: `${world.names.word(170)}_${world.names.word(40)}`,
    app,
    issued: now,
    expires: now + tokens.lifeSeconds * 1000,
    dead: null,
  }
  app.token = token
  world.tokens.set(token.value, token)
  return token
}

/** Whose call this is; an older token stays good to its own end. */
export function tokenOf(world: World, query: URLSearchParams): AccessToken | null {
  return world.tokens.get(query.get('access_token') ?? '') ?? null
}

export function appOf(world: World, query: URLSearchParams): App {
  if (!query.get('access_token')) return refuse('accessTokenMissing')
  const token = tokenOf(world, query)
  if (!token || token.dead === 'invalid') return refuse('invalidAccessToken')
  if (token.dead === 'expired' || token.expires <= world.clock.now()) return refuse('accessTokenExpired')
  return token.app
}

export function endTokens(world: World, app: App, how: 'expired' | 'invalid'): void {
  for (const token of world.tokens.values()) if (token.app === app) token.dead ??= how
  app.token = null
}
