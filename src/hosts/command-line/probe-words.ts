import type { Probe } from '../../contract/connections.ts'

/** What a test of a connection found, in plain words. */

const steps: Readonly<Record<Probe['step'], string>> = {
  address: 'API address',
  token: 'corp ID and secret',
  allowedAddress: 'trusted IP',
  accounts: 'accounts',
  messages: 'reading messages',
  colleagues: 'colleagues',
  contacts: 'customer contact',
  broadcasts: 'broadcasts',
  relay: 'relay',
}

const whys: Readonly<Record<string, string>> = {
  address: 'there is no such address; check its spelling and the network',
  refusedConnection: 'nothing answers at this address and port',
  certificate: 'its certificate is not trusted; a government edition needs --ca-file',
  proxy: 'the proxy cannot be reached, or does not take the user and password',
  timeout: 'no answer in time; check network, firewall and proxy',
  lost: 'the connection broke off; try again',
  http: 'something answers there, but not the WeCom API; check --api-base',
  notJson: 'something answers there, but not the WeCom API; check --api-base',
  unexpected: 'something answers there, but not the WeCom API; check --api-base',
  tooBig: 'something answers there, but not the WeCom API; check --api-base',
  corpid: 'the corp ID is wrong',
  secret: 'the secret is wrong, is not of this corp, or the app is disabled',
  appDisabled: 'the app is disabled in the WeCom console',
  token: 'WeCom does not take the token it gave for this secret; is it the secret of a self-built app?',
  addressNotAllowed: 'this address is not among the trusted IPs of the app (企业可信IP)',
  switchOff: 'the API of 微信客服 is switched off in the WeCom console',
  provider: 'the API of 微信客服 was given to a provider',
  wrongEdition: 'the secret is of the other edition of 微信客服',
  notPermitted: 'the app is not among those that may call this (可调用接口的应用)',
  accountNotAuthorized: 'the account is not managed through the API (通过API管理微信客服账号)',
  visibleRange: 'who answers is outside the visible range of the app (可见范围)',
  noAccounts: 'the corp has no 微信客服 account',
  noneManaged: 'no account is managed by this app (通过API管理微信客服账号)',
  noPermission: 'the app has no permission for it',
  tooFrequent: 'asked too often just now; try again in a minute',
  busy: 'WeCom is busy; try again',
  broken: 'the desk itself failed; see the log',
  earlier: 'not tried, because of the above',
  noRelay: 'none; the desk asks for messages now and then',
  relayRefused: 'the relay does not know this token',
  relayUnreachable: 'the relay cannot be reached',
}

export function probeWords(probe: Probe): string {
  const { step, state, code, why, seenFrom } = probe
  if (state === 'ok') return `${steps[step]}: ok`
  const said = why === null ? '' : (whys[why] ?? (why === 'refused' ? 'WeCom refused it' : why))
  const seen = seenFrom === undefined ? '' : `; WeCom sees ${seenFrom}`
  const number = code === null ? '' : ` (error ${code})`
  return `${steps[step]}: ${state === 'failed' ? 'FAILED, ' : ''}${said}${seen}${number}`
}
