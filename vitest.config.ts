import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['source', 'node', 'default'] },
  ssr: { resolve: { conditions: ['source', 'node', 'default'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', '{tools,e2e,bench}/**/*.test.ts'],
    pool: 'threads',
    // Most of the time a test waits for a socket or a timer, so two cores carry four of them.
    maxWorkers: 4,
    testTimeout: 20_000,
  },
})
