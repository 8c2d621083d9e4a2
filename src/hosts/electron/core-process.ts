import { join } from 'node:path'
import { openDesk } from '../../desk/core.ts'
import { fileSecrets } from '../../desk/station/secrets.ts'
import { serveConsole } from '../console-link.ts'
import { holdDataDir } from '../single-core.ts'
import { adopting } from './adopted-secrets.ts'
import { linkToShell } from './shell-link.ts'

/** Entry of the utilityProcess that owns the ledger. Under plain Node the hosts in `../browser` do the same. */
linkToShell(process.parentPort, {
  async openDesk({ demo, secrets, ...options }) {
    holdDataDir(options.dir)
    const files = fileSecrets(join(options.dir, 'secrets'))
    const desk = await openDesk({ ...options, secrets: adopting(secrets, files) })
    if (demo && !desk.station) await desk.openDemo()
    return desk
  },
  serveConsole,
  exit: (code) => process.exit(code),
})
