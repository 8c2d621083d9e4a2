import { defineStore } from 'pinia'
import { ref } from 'vue'

export const screens = [
  'inbox',
  'search',
  'alarms',
  'escalations',
  'warnings',
  'overdue',
  'handoff',
  'broadcasts',
  'shifts',
  'audit',
  'settings',
  'about',
] as const
export type Screen = (typeof screens)[number]
export type Place = Record<string, string>

function read(hash: string): { screen: Screen; place: Place; named: boolean } {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  const screen = screens.find((name) => name === path)
  return {
    screen: screen ?? 'inbox',
    place: Object.fromEntries(new URLSearchParams(query)),
    named: screen !== undefined,
  }
}

/** Which screen is shown and what is open in it, kept in the address so that reload and back work. */
export const useNavigation = defineStore('navigation', () => {
  const start = read(location.hash)
  const screen = ref<Screen>(start.screen)
  /** E.g. `{ thread: '…' }` on the inbox, `{ part: 'people' }` in the settings. */
  const place = ref<Place>(start.place)

  function go(to: Screen, at: Place = {}, how: 'push' | 'replace' = 'push') {
    screen.value = to
    place.value = at
    const query = new URLSearchParams(at).toString()
    const address = `#/${to}${query ? `?${query}` : ''}`
    if (address === location.hash) return
    if (how === 'push') history.pushState(null, '', address)
    else history.replaceState(null, '', address)
  }

  addEventListener('popstate', () => {
    const now = read(location.hash)
    screen.value = now.screen
    place.value = now.place
  })

  return {
    screen,
    place,
    go,
    /** Whether the address says which screen is meant. */
    isNamed: () => read(location.hash).named,
  }
})
