import { defineConfig } from 'vitest/config'

const conditions = ['source', 'node', 'default']

export default defineConfig({
  cacheDir: '../../node_modules/.vite-browser',
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    root: import.meta.dirname,
    include: ['**/*.browser.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
