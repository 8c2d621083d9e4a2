/**
 * One question at a time; of those asked meanwhile only the latest is put, and an answer that comes after a newer
 * question was asked is not taken. So a slider may be dragged as fast as one likes.
 */
export function latest<Asked, Answer>(
  ask: (asked: Asked) => Promise<Answer>,
  take: (answer: Answer, asked: Asked) => void,
  fail: (error: unknown, asked: Asked) => void,
) {
  let waiting: { asked: Asked } | null = null
  let running = false
  let stopped = false

  async function run() {
    running = true
    while (waiting && !stopped) {
      const { asked }: { asked: Asked } = waiting
      waiting = null
      try {
        const answer = await ask(asked)
        if (!stopped && waiting === null) take(answer, asked)
      } catch (error) {
        if (!stopped && waiting === null) fail(error, asked)
      }
    }
    running = false
  }

  return {
    put(asked: Asked) {
      waiting = { asked }
      if (!running && !stopped) void run()
    },
    stop() {
      stopped = true
      waiting = null
    },
  }
}
