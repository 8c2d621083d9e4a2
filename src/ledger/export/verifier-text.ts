/** The standalone verifier, as it goes into every export. The build puts it beside the code it bundles. */

import { readFileSync } from 'node:fs'

export function verifierText(): string {
  return readFileSync(new URL('./verify.mjs', import.meta.url), 'utf8')
}
