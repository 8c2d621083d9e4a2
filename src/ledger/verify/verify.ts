// stand-in until the real one is here
export type Head = string | { size: number; code: string }
export interface Verdict { unaltered: { ok: boolean; firstBad?: { seq?: number; where: string; what: string } }; complete: 'yes' | 'no' | 'unknown'; completeWhy: string; size: number; root: string; code: string; entriesPerSecond: number }
export async function verifyDatabase(_file: string, _options: { heads?: Head[] }): Promise<Verdict> { throw new Error('not there yet') }
export async function verifyBundle(_file: string, _options: { heads?: Head[] }): Promise<Verdict> { throw new Error('not there yet') }
