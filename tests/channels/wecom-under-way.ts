import { subscribe } from 'node:diagnostics_channel'

/** HTTP calls of this process that have not been answered yet. */
let underWay = 0
const requests = new WeakSet<object>()

subscribe('undici:request:create', (message) => {
  requests.add((message as { request: object }).request)
  underWay += 1
})
for (const end of ['trailers', 'error'])
  subscribe(`undici:request:${end}`, (message) => {
    if (requests.delete((message as { request: object }).request)) underWay -= 1
  })

/** Once every call is answered, and what the answers led to was done. */
export async function quiet(): Promise<void> {
  for (let calm = 0; calm < 3; ) {
    await new Promise((resolve) => setImmediate(resolve))
    calm = underWay === 0 ? calm + 1 : 0
  }
}
