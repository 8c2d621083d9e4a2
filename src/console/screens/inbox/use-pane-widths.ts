import { onBeforeUnmount, onMounted, reactive, ref, watch } from 'vue'

const keptAs = 'duty-desk.panes'
export const paneLimits = {
  queues: { min: 150, max: 260 },
  list: { min: 270, max: 520 },
  card: { min: 240, max: 400 },
} as const

interface Panes {
  queues: number
  list: number
  card: number
  /** Null until the officer has said: open where there is room for it. */
  cardOpen: boolean | null
}

function read(): Panes {
  const roomy = innerWidth >= 1400
  const usual: Panes = { queues: roomy ? 200 : 196, list: roomy ? 344 : 320, card: 272, cardOpen: null }
  try {
    return { ...usual, ...(JSON.parse(localStorage.getItem(keptAs) ?? '{}') as Partial<Panes>) }
  } catch {
    return usual
  }
}

/** Widths of the inbox's panes as this PC's officers left them. */
export function usePaneWidths() {
  const panes = reactive(read())
  const roomForCard = ref(innerWidth >= 1400)
  const look = () => {
    roomForCard.value = innerWidth >= 1400
  }
  onMounted(() => addEventListener('resize', look))
  onBeforeUnmount(() => removeEventListener('resize', look))
  watch(panes, (now) => localStorage.setItem(keptAs, JSON.stringify(now)))

  const cardOpen = () => panes.cardOpen ?? roomForCard.value
  return {
    panes,
    cardOpen,
    toggleCard() {
      panes.cardOpen = !cardOpen()
    },
  }
}
