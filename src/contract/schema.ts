import { config, z } from 'zod'

/** In a page the policy forbids eval, which zod would otherwise try; the core keeps the faster compiled checks. */
if (typeof document !== 'undefined') config({ jitless: true })

export { z }
