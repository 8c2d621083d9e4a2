import { type Component, defineAsyncComponent } from 'vue'
import type { IconName } from '../../parts/icons.ts'

export interface Part {
  name: string
  group: 'station' | 'words' | 'machine'
  icon: IconName
  component: Component
  /** Not even to look at for others. */
  adminOnly?: boolean
  /** Holds residents' words: only for those who may read threads. */
  readersOnly?: boolean
}

export const parts: readonly Part[] = [
  {
    name: 'people',
    group: 'station',
    icon: 'people',
    component: defineAsyncComponent(() => import('./people/PeoplePart.vue')),
  },
  {
    name: 'accounts',
    group: 'station',
    icon: 'phone',
    component: defineAsyncComponent(() => import('./accounts/AccountsPart.vue')),
  },
  {
    name: 'connections',
    group: 'station',
    icon: 'globe',
    component: defineAsyncComponent(() => import('./connections/ConnectionsPart.vue')),
    adminOnly: true,
  },
  {
    name: 'times',
    group: 'station',
    icon: 'clock',
    component: defineAsyncComponent(() => import('./TimesPart.vue')),
  },
  {
    name: 'desks',
    group: 'station',
    icon: 'flag',
    component: defineAsyncComponent(() => import('./desks/DesksPart.vue')),
  },
  {
    name: 'backup',
    group: 'station',
    icon: 'save',
    component: defineAsyncComponent(() => import('./BackupPart.vue')),
    adminOnly: true,
  },
  {
    name: 'retention',
    group: 'station',
    icon: 'ledger',
    component: defineAsyncComponent(() => import('../retention/RetentionPart.vue')),
  },
  {
    name: 'aside',
    group: 'station',
    icon: 'paste',
    component: defineAsyncComponent(() => import('./AsidePart.vue')),
    readersOnly: true,
  },
  {
    name: 'replies',
    group: 'words',
    icon: 'bolt',
    component: defineAsyncComponent(() => import('./words/RepliesPart.vue')),
  },
  {
    name: 'checklists',
    group: 'words',
    icon: 'paper',
    component: defineAsyncComponent(() => import('./words/ChecklistsPart.vue')),
  },
  {
    name: 'texts',
    group: 'words',
    icon: 'note',
    component: defineAsyncComponent(() => import('./words/TextsPart.vue')),
  },
  {
    name: 'lexicon',
    group: 'words',
    icon: 'bell',
    component: defineAsyncComponent(() => import('./lexicon/LexiconPart.vue')),
  },
  {
    name: 'console',
    group: 'machine',
    icon: 'screen',
    component: defineAsyncComponent(() => import('./ConsolePart.vue')),
  },
]
