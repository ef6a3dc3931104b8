import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['source', 'module', 'browser', 'production', 'default'] },
  html: {
    // The daemon writes a fresh nonce in its place into every answer.
    cspNonce: 'NONCE-OF-THIS-ANSWER',
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The first with `light-dark()`: written for older ones it would have no colour at all.
    cssTarget: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    manifest: true,
    // A data: URL of a script or style would need a hole in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Of the thousands of icons only those in use are read.
    rolldownOptions: { experimental: { lazyBarrel: true } },
    chunkSizeWarningLimit: 1024,
  },
})
