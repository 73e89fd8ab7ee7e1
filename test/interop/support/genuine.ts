import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe } from 'vitest'

const manifest = new URL('../package.json', import.meta.url)
const installed = existsSync(new URL('../node_modules/.package-lock.json', import.meta.url))
const required = Boolean(process.env['CI']) || process.env['UPORT_INTEROP'] === 'required'

/** A genuine package as CommonJS gives it: several export less under `import`. */
export function genuine<Exports>(name: string): Exports {
  return createRequire(manifest)(name)
}

/** A package as one of the genuine packages sees it: they bring versions of their own. */
export function genuineOf<Exports>(parent: string, name: string): Exports {
  return createRequire(createRequire(manifest).resolve(parent))(name)
}

/**
 * Tests with the genuine packages. Where those are not installed they are left out, with a line that says so; in CI and
 * under `npm test`, which install them, they never are.
 */
export function describeInterop(name: string, tests: () => void): void {
  if (installed || required) {
    describe(name, tests)
    return
  }
  console.warn(`Left out: ${name}. Run \`npm ci --ignore-scripts\` in test/interop first.`)
  describe.skip(name, tests)
}
