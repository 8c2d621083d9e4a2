import '@fontsource-variable/noto-sans-sc'
import { createApp, h, ref } from 'vue'
import { i18n } from '../../../src/console/i18n/index.ts'
import PaperDialog from '../../../src/console/paper/PaperDialog.vue'
import type { Handoff } from '../../../src/contract/handoff.ts'
import { handoffSheet } from '../../../src/paper/handoff-sheet.ts'

/** A console that can do nothing but show a sheet; the test says which. */
const show = ref(false)
const paper = ref<ReturnType<typeof handoffSheet> | null>(null)
Object.assign(window, {
  showSheet(handoff: Handoff, language: 'zh' | 'en') {
    const copy = { printedAt: '2026-03-09T00:21:00.000Z', printedByName: '刘芳' }
    paper.value = handoffSheet(handoff, { desks: {}, levels: {} }, copy, language)
    show.value = true
  },
})
createApp({
  render: () =>
    h(PaperDialog, {
      paper: paper.value,
      show: show.value,
      'onUpdate:show': (now: boolean) => (show.value = now),
    }),
})
  .use(i18n)
  .mount('#app')
