/** What this computer remembers of ledgers: pure, so that the keeping and the asking are somebody else's. */

export interface Head {
  size: number
  root: string
}
export interface Remembered {
  /** The newest head seen. */
  newest: Head
  /** Heads that a ledger of this name contradicted; somebody has taken note, and they are kept as the proof. */
  contradicted: Head[]
}
/** By the ledger's name. */
export type Memory = Record<string, Remembered>

/** What was kept; anything that is no memory is none. */
export function recalled(kept: string | null): Memory {
  try {
    const memory: unknown = JSON.parse(kept ?? '{}')
    if (typeof memory !== 'object' || memory === null || Array.isArray(memory)) return {}
    return Object.fromEntries(Object.entries(memory).filter(([, each]) => isRemembered(each)))
  } catch {
    return {}
  }
}

/** The head to say at this ledger; null where this computer has seen none of it. */
export function headToPresent(memory: Memory, origin: string): Head | null {
  const newest = memory[origin]?.newest
  return newest && newest.size > 0 ? newest : null
}

/**
 * What to remember now that `present` was shown.
 * @param answer what the core said of the head this computer came with; null where it came with none
 */
export function remembering(
  memory: Memory,
  origin: string,
  present: Head,
  answer: { is: 'matches' | 'differs' | 'ahead'; noted: boolean } | null,
): Memory {
  const before = memory[origin]
  const contradicts = answer !== null && answer.is !== 'matches'
  // The older head is the proof: nothing takes its place before somebody has looked.
  if (before && contradicts && !answer.noted) return memory
  const contradicted = before?.contradicted ?? []
  return {
    ...memory,
    [origin]: {
      newest: present,
      contradicted: before && contradicts ? [...contradicted, before.newest] : contradicted,
    },
  }
}

const isHead = (value: unknown): value is Head =>
  typeof value === 'object' &&
  value !== null &&
  Number.isSafeInteger((value as Head).size) &&
  /^[0-9a-f]{64}$/.test(String((value as Head).root))

function isRemembered(value: unknown): value is Remembered {
  if (typeof value !== 'object' || value === null) return false
  const { newest, contradicted } = value as Remembered
  return isHead(newest) && Array.isArray(contradicted) && contradicted.every(isHead)
}
