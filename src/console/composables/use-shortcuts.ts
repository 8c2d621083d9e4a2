import {
  computed,
  getCurrentInstance,
  onActivated,
  onDeactivated,
  onScopeDispose,
  ref,
  shallowReactive,
} from 'vue'

export interface Shortcut {
  /** E.g. `c`, `?`, `Ctrl+K`, `Alt+1`, `ArrowDown`, or one after the other: `g u`; several for the same act in an array; none with `[]`. */
  keys: string | readonly string[]
  /** Key of the words shown in the help and in the palette. */
  label: string
  run: (event?: KeyboardEvent) => void
  when?: () => boolean
  /** Also while typing and in dialogs, e.g. `Ctrl+K`. */
  everywhere?: boolean
  /** Moves like `j` and `k` are of no use in the palette. */
  hidden?: boolean
}

export interface Scope {
  /** Key of the heading shown in the help. */
  name: string
  list: readonly Shortcut[]
}

const scopes = shallowReactive<Scope[]>([])
/** Nothing runs while the console is locked or the palette has the keyboard. */
const suspended = ref(0)

export const shortcutScopes = computed(() => [...scopes])

/**
 * Registers shortcuts for as long as the calling component lives and is shown: a kept-alive screen in the
 * background has none. The latest registered wins.
 */
export function useShortcuts(scope: string, list: readonly Shortcut[]): void {
  listen()
  const mine: Scope = { name: scope, list }
  const enter = () => {
    if (!scopes.includes(mine)) scopes.push(mine)
  }
  const leave = () => {
    const at = scopes.indexOf(mine)
    if (at >= 0) scopes.splice(at, 1)
  }
  enter()
  onScopeDispose(leave)
  if (getCurrentInstance()) {
    onActivated(enter)
    onDeactivated(leave)
  }
}

/** Silences all shortcuts; returns the way to give them back. */
export function suspendShortcuts(): () => void {
  suspended.value++
  let given = false
  return () => {
    if (!given) suspended.value--
    given = true
  }
}

export const keysOf = (shortcut: Shortcut): readonly string[] =>
  typeof shortcut.keys === 'string' ? [shortcut.keys] : shortcut.keys

/** Typing Chinese: the key belongs to the input method, whatever it looks like. */
export const isComposing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229

export function matches(keys: string, event: KeyboardEvent): boolean {
  const wanted = keys.split('+')
  const key = (wanted.pop() || '+').toLowerCase()
  const has = (name: string) => wanted.some((part) => part.toLowerCase() === name)
  if (event.key.toLowerCase() !== key) return false
  if (has('ctrl') !== (event.ctrlKey || event.metaKey) || has('alt') !== event.altKey) return false
  /** A sign such as `?` says itself whether shift was needed. */
  const isSign = key.length === 1 && key.toLowerCase() === key.toUpperCase()
  return isSign || has('shift') === event.shiftKey
}

const TYPING =
  'input, textarea, select, [contenteditable=""], [contenteditable="true"], [role="combobox"], [role="listbox"], .n-base-selection'
const LAYER = '[role="dialog"], [role="alertdialog"], [role="menu"], .n-modal, .n-drawer'

function isBusy(target: EventTarget | null): boolean {
  return target instanceof Element && (target.closest(TYPING) !== null || target.closest(LAYER) !== null)
}

/** The first key of a pair such as `g u`, waiting for the second. */
let begun: { key: string; at: number } | null = null
const PAIR_WITHIN = 1_500

type Meets = (keys: string) => boolean

function onKey(event: KeyboardEvent) {
  if (suspended.value > 0 || event.defaultPrevented || isComposing(event)) return
  const busy = isBusy(event.target)
  const first = begun && event.timeStamp - begun.at < PAIR_WITHIN ? begun.key : null
  begun = null
  const second: Meets = (keys) => {
    const [one, other] = keys.split(' ')
    return other !== undefined && one === first && matches(other, event)
  }
  if (first !== null && run(event, busy, second)) return
  if (run(event, busy, (keys) => !keys.includes(' ') && matches(keys, event))) return
  const begins = scopes
    .flatMap((scope) => scope.list)
    .find((shortcut) =>
      keysOf(shortcut).some((keys) => keys.includes(' ') && matches(keys.split(' ')[0] ?? '', event)),
    )
  if (!begins || busy || (begins.when && !begins.when())) return
  begun = { key: keysOf(begins)[0]?.split(' ')[0] ?? '', at: event.timeStamp }
  event.preventDefault()
}

function run(event: KeyboardEvent, busy: boolean, meets: Meets): boolean {
  for (let at = scopes.length - 1; at >= 0; at--) {
    for (const shortcut of scopes[at]?.list ?? []) {
      if (busy && !shortcut.everywhere) continue
      if (!keysOf(shortcut).some(meets)) continue
      if (shortcut.when && !shortcut.when()) continue
      event.preventDefault()
      shortcut.run(event)
      return true
    }
  }
  return false
}

let listening = false
function listen() {
  if (listening) return
  listening = true
  addEventListener('keydown', onKey)
}
