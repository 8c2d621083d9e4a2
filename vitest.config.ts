import { defineConfig } from 'vitest/config'

/** Whole programs and browsers: one file after another, so that a small machine keeps its times. */
const wholePrograms = [
  'tests/console/e2e/**/*.test.ts',
  'tests/faults/**/*.test.ts',
  'tests/paper/{pdf,printing}.test.ts',
]

export default defineConfig({
  test: {
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
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: wholePrograms,
          fileParallelism: false,
          testTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
