import { join } from 'node:path'

/** What comes with the desk, where it runs from its source. A packaged shell has its own place for it. */
export const resources = join(import.meta.dirname, '..', '..', 'resources')
