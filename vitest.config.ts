import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Whole programs and browsers: one file after another, so that a small machine keeps its times. */
const wholePrograms = [
  'tests/console/e2e/**/*.test.ts',
  'tests/faults/**/*.test.ts',
  'tests/paper/{pdf,printing}.test.ts',
]

export default defineConfig({
  test: {
    // The programs that tests start read what an earlier one compiled: half a second instead of more than one.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'duty-desk-compiled') },
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['tests/**/*.test.ts'],
          exclude: wholePrograms,
          globalSetup: './tests/support/data-in-memory.ts',
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: wholePrograms,
          // Empty: on the disk, as at a station.
          env: { DUTY_DESK_TESTS_DATA: '' },
          fileParallelism: false,
          testTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
