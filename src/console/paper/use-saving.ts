import { ref } from 'vue'
import { htmlOf, type Paper } from '../../paper/paper.ts'
import { embeddedFonts } from './paper-fonts.ts'
import { shellPrinting } from './shell-printing.ts'

/** Keeps a paper as PDF through the shell; in a browser its own print dialog does that. */
export function useSaving() {
  const shell = shellPrinting()
  const saving = ref(false)
  const saved = ref<string | null>(null)
  const failed = ref<string | null>(null)

  function forget() {
    saved.value = null
    failed.value = null
  }

  async function save(paper: Paper) {
    if (!shell || saving.value) return
    forget()
    saving.value = true
    try {
      const outcome = await shell.savePdf(htmlOf(paper, await embeddedFonts(paper)), paper.title)
      if ('saved' in outcome) saved.value = outcome.saved
      else if ('failed' in outcome) failed.value = outcome.failed
    } catch (error) {
      failed.value = error instanceof Error ? error.message : String(error)
    } finally {
      saving.value = false
    }
  }

  return { canSave: shell !== null, saving, saved, failed, save, forget }
}
