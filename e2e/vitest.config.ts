import { defineConfig } from 'vitest/config'

const conditions = ['source', 'node', 'default']

// One file after the other: they share the ports of the ground.
export default defineConfig({
  cacheDir: '../node_modules/.vite-e2e',
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    root: import.meta.dirname,
    include: ['**/*.e2e.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
