const pause = 60_000
const mostKinds = 200

/** A line that would be written over and over is written once a minute, with how often it was meant. */
export class Repeated {
  readonly #log: (line: string) => void
  readonly #said = new Map<string, { at: number; since: number }>()

  constructor(log: (line: string) => void) {
    this.#log = log
  }

  say(line: string, now: number): void {
    const said = this.#said.get(line)
    if (said && now - said.at < pause) {
      said.since += 1
      return
    }
    if (this.#said.size >= mostKinds) this.#said.clear()
    this.#said.set(line, { at: now, since: 0 })
    this.#log(said?.since ? `${line} (and ${said.since} times since it was last said)` : line)
  }
}
