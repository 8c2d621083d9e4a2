import { existsSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'
import { trustedTypesPage } from './electron/packaging/trusted-types-page.ts'

const root = import.meta.dirname
const at = (path: string) => resolve(root, path)

/**
 * What must not be bundled: Electron itself, and packages that load a native file from their own folder. Named for
 * rolldown itself, because `external` added by a plugin may be ignored. Everything else goes into the bundle, so
 * that the package carries two modules instead of two hundred.
 */
const external = [
  'electron',
  /^electron\/.+/,
  ...builtinModules.flatMap((name) => [name, `node:${name}`]),
  /^better-sqlite3(\/.+)?$/,
  /^@node-rs\/argon2(\/.+)?$/,
  /^pg(\/.+)?$/,
  // ws tries these and does without.
  'bufferutil',
  'utf-8-validate',
]

/** The standalone verifier goes into every export as it is, so it lies beside the code as it is. */
const standaloneVerifier: Plugin = {
  name: 'standalone-verifier',
  generateBundle() {
    const source = readFileSync(at('src/ledger/export/verify.mjs'))
    this.emitFile({ type: 'asset', fileName: 'verify.mjs', source })
  },
}

/**
 * The decoder of AMR voices was made by a compiler that looks names up by `eval`, on ways it does not take here; the page's
 * policy forbids it anyhow. Said as an indirect call it has no names to see, and the bundler nothing to warn of.
 */
const withoutEval: Plugin = {
  name: 'without-eval',
  transform(code, id) {
    if (!id.includes('benz-amr-recorder')) return null
    return { code: code.replaceAll(/\beval\(/g, '(0, eval)('), map: null }
  },
}

const verifyWorker = at('src/ledger/verify/verify-worker.ts')

export default defineConfig({
  main: {
    plugins: [standaloneVerifier],
    build: {
      outDir: at('out/main'),
      externalizeDeps: false,
      rolldownOptions: {
        external,
        input: {
          main: at('electron/main/main.ts'),
          'core-process': at('src/hosts/electron/core-process.ts'),
          ...(existsSync(verifyWorker) ? { 'verify-worker': verifyWorker } : {}),
          'history-worker': at('src/desk/history/history-worker.ts'),
          'inquiry-worker': at('src/desk/audit/inquiry-worker.ts'),
        },
        // Shared chunks lie beside the entries: paths relative to a module stay the same, bundled or not.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: at('out/preload'),
      externalizeDeps: false,
      rolldownOptions: {
        external: ['electron'],
        input: { preload: at('electron/preload/preload.ts') },
        // A sandboxed preload cannot be an ES module, and cannot load a second file.
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: at('src/console'),
    publicDir: false,
    plugins: [vue(), trustedTypesPage()],
    worker: { format: 'es', plugins: () => [withoutEval] },
    build: {
      outDir: at('out/renderer'),
      // Small fonts would become `data:` addresses, which the page's policy does not let in.
      assetsInlineLimit: 0,
      rolldownOptions: { input: at('src/console/index.html') },
    },
  },
})
