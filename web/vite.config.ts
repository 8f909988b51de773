/**
 * The page is built to be served under a strict policy: no inline script, no eval, no preload polyfill,
 * so that `script-src 'self'` and Trusted Types hold without an exception.
 */
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    // One style sheet: parts that are fetched later then need no script that adds theirs.
    cssCodeSplit: false,
    // A data: URL in a style sheet would be one more thing the policy has to allow.
    assetsInlineLimit: 0,
  },
})
