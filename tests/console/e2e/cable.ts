import type { Page, WebSocketRoute } from 'playwright'
import type { CallName } from '../../../src/contract/index.ts'

/** The cable between one page and the core. */
export interface Cable {
  /** Cuts what is open; nothing gets through until it is mended. */
  pull(): Promise<void>
  mend(): void
  /** What the page says still arrives, what the core answers does not: the worst moment for a cable to go. */
  deafen(): void
  /** The next such call never reaches the core: it is answered that `what` is under way already. */
  refuse(call: CallName, what: string): void
}

/** Call before the page opens. */
export async function cableOf(page: Page): Promise<Cable> {
  let pulled = false
  let deaf = false
  const open = new Set<WebSocketRoute>()
  const refusing = new Map<string, string>()
  await page.routeWebSocket(/\/desk$/, (socket) => {
    if (pulled) {
      void socket.close()
      return
    }
    const core = socket.connectToServer()
    open.add(socket)
    socket.onMessage((message) => {
      const { id, call } = JSON.parse(String(message)) as { id: number; call: string }
      const what = refusing.get(call)
      if (what === undefined) core.send(message)
      else socket.send(JSON.stringify({ id, refused: { code: 'busy', what } }))
      refusing.delete(call)
    })
    core.onMessage((message) => {
      if (!deaf) socket.send(message)
    })
    const gone = () => open.delete(socket)
    socket.onClose(() => {
      gone()
      void core.close()
    })
    core.onClose(() => {
      gone()
      void socket.close()
    })
  })
  return {
    async pull() {
      pulled = true
      await Promise.all([...open].map((socket) => socket.close()))
    },
    mend() {
      pulled = false
      deaf = false
    },
    deafen() {
      deaf = true
    },
    refuse(call, what) {
      refusing.set(call, what)
    },
  }
}
