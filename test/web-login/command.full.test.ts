import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
/** As `npm run web` runs it, after the build. */
const program = 'examples/web-login/dist/main.js'

describe('the command that starts the example', () => {
  let child: ChildProcess | undefined
  afterEach(() => void child?.kill('SIGKILL'))

  const start = (...args: readonly string[]) => {
    const running = spawn(process.execPath, [program, ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = running
    const said = { out: '', err: '' }
    running.stdout.on('data', (data) => {
      said.out += data
    })
    running.stderr.on('data', (data) => {
      said.err += data
    })
    return { running, said, ended: once(running, 'close') as Promise<[number | null, string | null]> }
  }

  test('is what `npm run web` runs', async () => {
    const { scripts } = JSON.parse(await readFile(`${root}package.json`, 'utf8'))
    expect(scripts.web).toBe(`node ${program}`)
  })

  test('tells its options', async () => {
    const { said, ended } = start('--help')
    expect(await ended).toEqual([0, null])
    expect(said.out).toMatch(/^Usage: npm run web/)
    for (const option of ['--port', '--data', '--fresh', '--help']) expect(said.out).toContain(option)
    expect(said.err).toBe('')
  })

  test('says in one line what is wrong with an option', async () => {
    const { said, ended } = start('--prot', '1')
    expect(await ended).toEqual([1, null])
    expect(said.err).toMatch(/^web: .*--prot.*\n$/)
  })

  test('prints where to go, serves all of it, and stops cleanly on SIGTERM', async () => {
    const { running, said, ended } = start('--fresh', '--port', '0')
    await expect.poll(() => said.out + said.err, { timeout: 90_000 }).toContain('Ctrl-C stops everything.')
    const addresses = [...said.out.matchAll(/http:\/\/localhost:\d+\S*/g)].map(([address]) => address)
    expect(addresses.length).toBeGreaterThanOrEqual(4)
    for (const address of addresses) {
      const response = await fetch(address)
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        'text/html; charset=utf-8',
      ])
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(await response.text()).toContain('<script type="module"')
    }
    running.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    expect(said.err).toBe('')
    for (const address of addresses) await expect(fetch(address)).rejects.toThrow('fetch failed')
  })
})
