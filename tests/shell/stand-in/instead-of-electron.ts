import { register } from 'node:module'

/** Preloaded into a plain Node process: `import 'electron'` gives the stand-in. */
const standIn = new URL('./electron.ts', import.meta.url).href
register(
  `data:text/javascript,${encodeURIComponent(`
    export const resolve = (name, context, next) =>
      name === 'electron' ? { url: '${standIn}', shortCircuit: true } : next(name, context)
  `)}`,
)
