import { config } from 'zod'

/** Imported first: the page's policy forbids eval, and zod would otherwise try it once and be reported. */
config({ jitless: true })
