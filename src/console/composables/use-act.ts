import { NButton, useMessage } from 'naive-ui'
import { h, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { type Refusal, Refused } from '../../contract/errors.ts'
import type { CommandName, Input, Output } from '../../contract/index.ts'
import { useConnection } from '../connection/connection.ts'
import { useRefusal } from './use-refusal.ts'

export interface ActOptions {
  /** Words of the short confirmation. */
  done?: string
  /** Shown as a button on it. */
  undo?: () => Promise<unknown>
  /** True when the caller has shown the refusal itself. */
  onRefused?: (refusal: Refusal) => boolean
}

const UNDO_SHOWN = 8_000

/** Runs commands and says what came of them; see `did` for commands that answer nothing. */
export function useAct() {
  const connection = useConnection()
  const message = useMessage()
  const { t } = useI18n()
  const { wordsOf } = useRefusal()
  const acting = ref(0)

  async function run<N extends CommandName>(name: N, input: Input<N>, options: ActOptions) {
    acting.value++
    try {
      const output = await connection.call(name, input)
      confirm(options)
      return { output }
    } catch (error) {
      if (error instanceof Refused && options.onRefused?.(error.refusal)) return null
      message.error(wordsOf(error), { duration: 6_000, closable: true, keepAliveOnHover: true })
      if (!(error instanceof Refused)) console.error(error)
      return null
    } finally {
      acting.value--
    }
  }

  function confirm({ done, undo }: ActOptions) {
    if (!done) return
    if (!undo) {
      message.success(done)
      return
    }
    const takeBack = () => {
      shown.destroy()
      undo().catch((error: unknown) => message.error(wordsOf(error)))
    }
    const shown = message.success(
      () =>
        h('span', { style: 'display:inline-flex;align-items:center;gap:12px' }, [
          done,
          h(
            NButton,
            { size: 'small', type: 'primary', secondary: true, onClick: takeBack },
            { default: () => t('app.undo') },
          ),
        ]),
      { duration: UNDO_SHOWN, keepAliveOnHover: true },
    )
  }

  return {
    /** The answer, or undefined when it was refused (and shown). */
    act: async <N extends CommandName>(
      name: N,
      input: Input<N>,
      options: ActOptions = {},
    ): Promise<Output<N> | undefined> => (await run(name, input, options))?.output,
    /** Whether it was done. */
    did: async <N extends CommandName>(name: N, input: Input<N>, options: ActOptions = {}) =>
      (await run(name, input, options)) !== null,
    /** How many are under way. */
    acting,
  }
}
