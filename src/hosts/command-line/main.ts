import { Command } from 'commander'
import { apiBase } from '../../channels/wecom/facts.ts'
import { version } from '../version.ts'

/**
 * `desk …`: what is done to a station without a screen. Exit code 1 means the thing asked for is not so. Each command is
 * loaded when it is asked for: most of the time of a short one would be the loading of the others.
 */
const desk = new Command('desk').version(version).description('Duty Desk on the command line')
const data = [
  '--data <dir>',
  'data folder of the station (else DUTY_DESK_DATA, else the usual place)',
] as const
const collect = (value: string, before: string[]) => [...before, value]

desk
  .command('verify')
  .description('verify a station or an exported bundle: is it unaltered, is it complete?')
  .argument('[place]', 'data folder, database file or exported zip')
  .option('--checkpoint <file>', 'a checkpoint kept elsewhere (signed note); may be given again', collect, [])
  .option(
    '--code <size:code>',
    'a printed code with its size, e.g. 120:ABCD-…; may be given again',
    collect,
    [],
  )
  .option(...data)
  .option('--json', 'print the verdict as JSON')
  .action(async (place, options) => (await import('./verify.ts')).verify(place, options))
desk
  .command('replay')
  .description('take real messages (JSON lines) in as messages of one account, with their own times')
  .argument('<file>', 'JSON lines: {id, text, time?, title?, user?}')
  .option(...data)
  .option('--account <name>', 'name of the account they belong to', '留言回放')
  .action(async (file, options) => (await import('./replay.ts')).replay(file, options))
desk
  .command('rebuild')
  .description('make every screen anew from the ledger')
  .option(...data)
  .action(async (options) => (await import('./rebuild.ts')).rebuildStation(options))
desk
  .command('backup')
  .description('copy the station and verify the copy (with a desk running on it: Settings, Backup)')
  .argument('<file>')
  .option(...data)
  .action(async (file, options) => (await import('./backup.ts')).backup(file, options))
desk
  .command('restore')
  .description('put a verified backup in place; what was there is set aside, never deleted')
  .argument('<file>')
  .option(...data)
  .action(async (file, options) => (await import('./restore.ts')).restore(file, options))
desk
  .command('export')
  .description('write the ledger, or a part of it, as a bundle with its own verifier')
  .argument('<file>')
  .option(
    '--scope <scope>',
    'whole, thread:<id>, handoff:<id>, shift:<number of the entry of signing on>, or period:<from>/<to> (UTC, ISO 8601)',
    'whole',
  )
  .option('--language <language>', 'of what is in it for people: zh or en', 'zh')
  .option(...data)
  .action(async (file, options) => (await import('./export.ts')).exportStation(file, options))
desk
  .command('vectors')
  .description('recompute a file of ledger test vectors')
  .argument('<file>')
  .action(async (file) => (await import('./vectors.ts')).checkVectorFile(file))

const account = desk.command('account').description('accounts of the station')
account
  .command('add')
  .description('connect accounts of WeCom 微信客服: try the connection, add it, bind its accounts')
  .requiredOption('--kind <kind>', 'wecom-kf')
  .requiredOption('--corpid <corpid>', 'of the corp, ww…')
  .requiredOption('--secret-file <file>', 'holds the secret of the self-built app')
  .option('--api-base <address>', 'where the API is', apiBase)
  .option('--relay <address>', 'relay that hears WeCom, wss://…; without it messages are asked for')
  .option('--relay-token-file <file>', 'holds the token this desk has at the relay')
  .option('--ca-file <file>', 'PEM certificates to trust besides the usual')
  .option('--proxy <address>', 'http://[user:password@]host:port')
  .option('--open-kfid <id>', 'account to bind, else all the app may serve; may be given again', collect, [])
  .option('--name <name>', 'of the one account that is bound, at this desk')
  .option(...data)
  .action(async (options) => (await import('./account.ts')).addAccount(options))
account
  .command('list')
  .description('the accounts of the station')
  .option(...data)
  .action(async (options) => (await import('./account.ts')).listAccounts(options))

await desk.parseAsync()
