import { computed, reactive, type WritableComputedRef } from 'vue'

export interface Written {
  of(place: string): string
  write(place: string, text: string): void
  /** What is written in a field of the screen. */
  field(place: () => string): WritableComputedRef<string>
  /** Does something with the text, which leaves only once it is done, and not where it was written on meanwhile. */
  until(place: string, act: (text: string) => Promise<boolean>): Promise<boolean>
}

/**
 * What a person writes where the core keeps no draft: it stays through a refusal, another screen and a reload until it is done
 * (rule 4). In the window's own storage, each officer's for themselves.
 */
export function writtenIn(storage: Storage, owner: () => string): Written {
  const texts = reactive(new Map<string, string>())
  const key = (place: string) => `duty-desk.written.${owner()}.${place}`
  const of = (place: string) => texts.get(key(place)) ?? storage.getItem(key(place)) ?? ''
  function write(place: string, text: string) {
    texts.set(key(place), text)
    if (text === '') storage.removeItem(key(place))
    else storage.setItem(key(place), text)
  }
  return {
    of,
    write,
    field: (place) => computed({ get: () => of(place()), set: (text) => write(place(), text) }),
    async until(place, act) {
      const text = of(place)
      if (text.trim() === '') return false
      const done = await act(text.trim())
      if (done && of(place) === text) write(place, '')
      return done
    },
  }
}
