import { tmpdir } from 'node:os'

/** Where tests keep the data of their stations: the folder of this run (`data-in-memory.ts`), or that for temporary files. */
export const dataRoot = (): string => process.env.DUTY_DESK_TESTS_DATA || tmpdir()
