import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['source', 'node', 'default'] },
  ssr: { resolve: { conditions: ['source', 'node', 'default'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', '{tools,e2e,bench}/**/*.test.ts'],
    pool: 'threads',
    testTimeout: 20_000,
  },
})
