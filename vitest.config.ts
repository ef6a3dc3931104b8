import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['source', 'node', 'default'] },
  ssr: { resolve: { conditions: ['source', 'node', 'default'] } },
  test: {
    include: ['packages/*/src/**/*.test.{ts,tsx}', '{tools,e2e,bench}/**/*.test.ts'],
    pool: 'threads',
    // No test replaces a module or keeps state in one, so a worker loads each module once: half the work.
    isolate: false,
    testTimeout: 20_000,
    // Tests with real sockets and timers share a busy machine there; what fails twice has failed.
    retry: process.env.CI === 'true' ? 1 : 0,
  },
})
