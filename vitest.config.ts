import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Tests run on the sources: every public entry of a workspace package is an alias of its source file. */
function sourceAliases(): { find: RegExp; replacement: string }[] {
  return readdirSync(new URL('packages', import.meta.url)).flatMap((name) => {
    const root = new URL(`packages/${name}/`, import.meta.url)
    const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
    return Object.entries<{ default?: string }>(manifest.exports).flatMap(([entry, target]) => {
      if (target.default === undefined) return []
      const source = target.default.replace('./dist/', 'src/').replace(/\.js$/, '.ts')
      const specifier = entry === '.' ? manifest.name : manifest.name + entry.slice(1)
      return [{ find: new RegExp(`^${specifier}$`), replacement: new URL(source, root).pathname }]
    })
  })
}

/** Set by `npm run test:full`. */
const full = process.env['UPORT_FULL'] === '1'
const longFuzzing = {
  find: /^fast-check$/,
  replacement: new URL('test/support/long-fuzzing.ts', import.meta.url).pathname,
}

export default defineConfig({
  resolve: { alias: [...sourceAliases(), ...(full ? [longFuzzing] : [])] },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'examples/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'test/node/**', ...(full ? [] : ['**/*.full.test.ts'])],
    // Many tests wait for a chain, a server or another process: a core is left idle by one worker a core less one.
    maxWorkers: Math.max(2, availableParallelism()),
    // A worker keeps the modules it has loaded: half the CPU time. No module here has mutable state that a file could leave behind.
    isolate: false,
    testTimeout: full ? 200_000 : 60_000,
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/bin.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { lines: 90 },
    },
  },
})
