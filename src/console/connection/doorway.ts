import { type Refusal, Refused } from '../../contract/errors.ts'
import type { Session } from '../../contract/session.ts'
import type { Connection } from './connection.ts'

/** How one comes in and goes out: in a browser over HTTP for the sake of the HttpOnly cookie. */
export interface Doorway {
  /** Whether the link has to be made anew, because who one is was settled when it was opened. */
  renewsLink: boolean
  login(connection: Connection, who: { user: string; password: string; signOn: boolean }): Promise<Session>
  logout(connection: Connection): Promise<void>
}

async function http(method: 'POST' | 'DELETE', body?: unknown): Promise<unknown> {
  let response: Response
  try {
    response = await fetch('/session', {
      method,
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  } catch {
    throw new Refused({ code: 'disconnected' })
  }
  const text = await response.text()
  let answer: unknown
  try {
    answer = text ? JSON.parse(text) : null
  } catch {
    answer = null
  }
  if (response.ok) return answer
  const refused = (answer as { refused?: Refusal } | null)?.refused
  throw new Refused(refused ?? { code: 'broken', reference: `HTTP ${response.status}` })
}

export const webDoorway: Doorway = {
  renewsLink: true,
  login: async (_connection, who) => (await http('POST', who)) as Session,
  logout: async () => {
    await http('DELETE')
  },
}

export const shellDoorway: Doorway = {
  renewsLink: false,
  login: (connection, who) => connection.call('session.login', who),
  logout: (connection) => connection.call('session.logout', {}),
}
