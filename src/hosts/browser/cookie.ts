import type { IncomingMessage } from 'node:http'

export interface Cookie {
  read(request: IncomingMessage): string | null
  /** The `Set-Cookie` header for this token; null removes it. */
  write(token: string | null): string
}

/** The session cookie: out of reach of scripts and of other sites. Named by port, since cookies ignore ports. */
export function sessionCookie(port: number): Cookie {
  const name = `duty_desk_${port}`
  return {
    read: (request) => {
      const found = (request.headers.cookie ?? '')
        .split(';')
        .map((part) => part.trim())
        .find((part) => part.startsWith(`${name}=`))
      return found ? found.slice(name.length + 1) || null : null
    },
    write: (token) =>
      `${name}=${token ?? ''}; Path=/; HttpOnly; SameSite=Strict${token === null ? '; Max-Age=0' : ''}`,
  }
}
