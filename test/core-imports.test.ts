import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

/** Prints the URL of every module that is resolved, from a loader hook. */
const TRACER = `
import { writeSync } from 'node:fs'
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context)
  writeSync(1, found.url + '\\n')
  return found
}`

/** The modules that importing `entry` loads, in a process of its own and from the built packages. */
async function modulesOf(entry: string): Promise<readonly string[]> {
  const loader = `data:text/javascript,${encodeURIComponent(TRACER)}`
  const script = `import { register } from 'node:module'; register(${JSON.stringify(loader)}); await import(${JSON.stringify(entry)})`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  return stdout.split('\n')
}

const loaded = (modules: readonly string[], name: string): boolean =>
  modules.some((url) => url.includes(`/node_modules/${name}/`))

it('importing core loads neither inversify, ethers nor did-jwt', async () => {
  const modules = await modulesOf('@uport-kit/core')
  expect(loaded(modules, '@noble/curves')).toBe(true)
  for (const name of ['inversify', 'reflect-metadata', 'ethers', 'did-jwt', 'did-resolver']) {
    expect(loaded(modules, name), name).toBe(false)
  }
})

it('the entries that need them do load them', async () => {
  expect(loaded(await modulesOf('@uport-kit/core/di'), 'inversify')).toBe(true)
  expect(loaded(await modulesOf('@uport-kit/core/ethereum'), 'ethers')).toBe(true)
})
