import { realWecom } from '../../src/desk/connections/wecom.ts'
import { openDesk } from '../../src/desk/core.ts'
import { fileSecrets } from '../../src/desk/station/secrets.ts'
import { resources } from '../../src/hosts/resources.ts'

/** A desk that dies of an error nobody catches, while its connections are at work. What it leaves is on stdout and stderr. */

const [dir = ''] = process.argv.slice(2)
const listened = realWecom.lines
const desk = await openDesk({
  dir,
  secrets: fileSecrets(`${dir}/secrets`),
  device: 'dying-pc',
  resources,
  version: 'test',
  log: (line) => process.stderr.write(`${line}\n`),
  wecom: {
    ...realWecom,
    lines(listener) {
      const lines = listened(listener)
      return {
        ...lines,
        kind: lines.kind,
        send: lines.send,
        stop: () => lines.stop(),
        close: (id) => lines.close(id),
        connection: (id) => lines.connection(id),
        of: (account) => lines.of(account),
        open: (settings) => {
          const connection = lines.open(settings)
          // With all that is at hand, as a careless error would have it.
          setTimeout(() => {
            throw Object.assign(new Error('died at work'), { connection, settings })
          }, 1_500)
          return connection
        },
      }
    },
  },
})
await desk.station?.linking.settled()
setInterval(() => {}, 1_000)
