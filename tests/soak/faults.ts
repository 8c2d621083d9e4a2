import type { Emulator } from '../emulators/wecom/client.ts'

/** One call in twenty goes wrong, one in five hundred never answers; pages come twice, short, empty or in any order. */
export async function makeTrouble({ control }: Emulator): Promise<void> {
  const sync = '/cgi-bin/kf/sync_msg'
  const faults: Parameters<typeof control.addFault>[0][] = [
    { effect: { kind: 'error', errcode: -1 }, chance: 0.02 },
    { effect: { kind: 'http', status: 502 }, chance: 0.01 },
    { effect: { kind: 'reset', done: true }, chance: 0.01 },
    { effect: { kind: 'reset' }, chance: 0.004 },
    { effect: { kind: 'garbage', done: true }, chance: 0.004 },
    { effect: { kind: 'truncated' }, chance: 0.004 },
    { effect: { kind: 'silent', done: true }, chance: 0.001 },
    { effect: { kind: 'silent' }, chance: 0.001 },
    { effect: { kind: 'tokenExpired' }, chance: 0.002 },
    { effect: { kind: 'tokenInvalid' }, chance: 0.001 },
    { effect: { kind: 'latency', ms: 5, most: 250 }, chance: 0.2 },
    { path: sync, effect: { kind: 'repeatPage' }, chance: 0.03 },
    { path: sync, effect: { kind: 'reorder' }, chance: 0.2 },
    { path: sync, effect: { kind: 'emptyPage' }, chance: 0.02 },
    { path: sync, effect: { kind: 'shortPage', most: 3 }, chance: 0.05 },
    { effect: { kind: 'dropCallback' }, chance: 0.02 },
    { effect: { kind: 'duplicateCallback' }, chance: 0.05 },
    { effect: { kind: 'delayCallback', ms: 100, most: 3_000 }, chance: 0.05 },
  ]
  for (const fault of faults) await control.addFault(fault)
}
