import { ref, watch } from 'vue'

export type SendKey = 'enter' | 'ctrlEnter'
const kept = 'duty-desk.sendKey'

/** Which key sends, as this PC's officers chose. */
export const sendKey = ref<SendKey>(localStorage.getItem(kept) === 'ctrlEnter' ? 'ctrlEnter' : 'enter')
watch(sendKey, (now) => localStorage.setItem(kept, now))

/** Whether this Enter sends; Shift+Enter is always a new line. */
export function sends(event: KeyboardEvent, key: SendKey): boolean {
  if (event.key !== 'Enter' || event.shiftKey || event.altKey) return false
  const ctrl = event.ctrlKey || event.metaKey
  return key === 'enter' ? true : ctrl
}
