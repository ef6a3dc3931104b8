import { defineConfig } from 'vitest/config'

const conditions = ['source', 'node', 'default']

export default defineConfig({
  cacheDir: '../../node_modules/.vite-daemon',
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    root: import.meta.dirname,
    include: ['**/*.daemon.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
})
