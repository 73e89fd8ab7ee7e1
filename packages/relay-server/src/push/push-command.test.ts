import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runRelayCommand } from '../relay-command.ts'
import { parseRelayCommand } from '../relay-config.ts'

const REGISTRY = `0x${'cd'.repeat(20)}`

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'uport-push-command-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** Runs the command until `task` has asked what it wanted; without one it stops at once. */
async function run(args: readonly string[], task?: (url: string) => Promise<void>) {
  const stopping = new AbortController()
  const err: string[] = []
  let started = (_: string): void => undefined
  const url = new Promise<string>((resolve) => {
    started = resolve
  })
  const out = (line: string): void => {
    const found = /listening on (\S+)/.exec(line)?.[1]
    if (found !== undefined) started(found)
  }
  if (task === undefined) stopping.abort()
  const io = { out, err: (line: string) => err.push(line), signal: stopping.signal }
  const running = runRelayCommand(['--memory', ...args], io)
  try {
    if (task !== undefined) await task(await Promise.race([url, running.then(() => 'it has ended')]))
  } finally {
    stopping.abort()
  }
  return { code: await running, err }
}

/** The public key that browsers subscribe to; undefined where there is none. */
async function wakeKey(url: string): Promise<unknown> {
  const answer = await fetch(`${url}/i/wake-key`)
  return answer.ok ? ((await answer.json()) as { publicKey?: unknown }).publicKey : undefined
}

describe('uport-relay --push', () => {
  test('keeps inboxes; without it there are none, and no old sending route without its own flag', async () => {
    const statuses = async (url: string) =>
      Promise.all([
        fetch(`${url}/i/${'A'.repeat(43)}`).then(({ status }) => status),
        fetch(`${url}/sns`, { method: 'POST' }).then(({ status }) => status),
      ])
    await run([], async (url) => expect(await statuses(url)).toEqual([404, 404]))
    const { err } = await run(['--push'], async (url) => expect(await statuses(url)).toEqual([401, 404]))
    expect(err).toEqual([
      'uport-relay: push inboxes for did:key, did:web, did:https alone; give --network and --gateway for did:uport',
    ])
    await run(['--push', '--legacy-push'], async (url) => expect(await statuses(url)).toEqual([401, 403]))
  })

  test('makes its VAPID keys once, in a file for its owner alone', async () => {
    const file = join(directory, 'vapid.json')
    const args = ['--push', '--vapid-keys', file, '--vapid-subject', 'mailto:ops@relay.example']
    const seen: unknown[] = []
    for (let n = 0; n < 2; n++) await run(args, async (url) => void seen.push(await wakeKey(url)))
    const { publicKey } = JSON.parse(readFileSync(file, 'utf8'))
    expect(seen).toEqual([publicKey, publicKey])
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test.each([
    ['is no JSON', '{', 'is not JSON'],
    ['holds no keys', '{"publicKey":"x"}', 'must hold {"publicKey", "privateKey"}'],
    ['holds others', '{"publicKey":"x","privateKey":"secret"}', 'webPush: must be a subject and a pair'],
  ])('refuses a file of keys that %s, and quotes none', async (_, text, message) => {
    const file = join(directory, 'vapid.json')
    writeFileSync(file, text, { mode: 0o600 })
    const { code, err } = await run(['--push', '--vapid-keys', file, '--vapid-subject', 'mailto:a@b.example'])
    expect([code, err.length]).toEqual([2, 1])
    expect(err[0]).toContain(message)
    expect(err[0]).not.toContain('secret')
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  test.skipIf(process.platform === 'win32')('refuses a file of keys that others can read', async () => {
    const file = join(directory, 'vapid.json')
    writeFileSync(file, '{"publicKey":"x","privateKey":"y"}')
    chmodSync(file, 0o640)
    const { err } = await run(['--push', '--vapid-keys', file, '--vapid-subject', 'mailto:a@b.example'])
    expect(err[0]).toContain('chmod 600 it')
  })

  test.each<[string, readonly string[], string]>([
    [
      'a directory of keys that is not there',
      ['--vapid-keys', 'no/such/keys', '--vapid-subject', 'mailto:a@b.c'],
      'cannot make',
    ],
    ['keys without a subject', ['--vapid-keys', 'x'], ' --vapid-keys: Web Push needs both'],
    ['a chain without a gateway', ['--network', `0x1=http://127.0.0.1:1,${REGISTRY}`], 'belong together'],
    [
      'a chain without an endpoint',
      ['--network', `0x1=${REGISTRY}`, '--gateway', 'http://127.0.0.1:1'],
      '--network: write <id>=',
    ],
    [
      'a chain without an id',
      ['--network', `=http://a,${REGISTRY}`, '--gateway', 'http://127.0.0.1:1'],
      '--network: write <id>=',
    ],
    [
      'no registry',
      ['--network', '0x1=http://127.0.0.1:1,x', '--gateway', 'http://127.0.0.1:1'],
      'networks.0x1.registry',
    ],
    [
      'no network id',
      ['--network', `x=http://127.0.0.1:1,${REGISTRY}`, '--gateway', 'http://127.0.0.1:1'],
      'is no network id',
    ],
  ])('refuses %s in one line', async (_, args, message) => {
    const { code, err } = await run(['--push', ...args])
    expect([code, err.length]).toEqual([2, 1])
    expect(err[0]).toContain(message)
  })

  test.each([['--legacy-push'], ['--gateway=http://127.0.0.1:1'], ['--vapid-keys=x']])(
    'says that %s alone has no effect',
    async (flag) => {
      const { code, err } = await run([flag])
      expect([code, err.length]).toEqual([2, 1])
      expect(err[0]).toContain('give --push, too')
      expect(existsSync('x')).toBe(false)
    },
  )

  test('is told by flags or by the file, whose chains and gateways are checked', () => {
    const file = join(directory, 'relay.json')
    const networks = { '0x1': { rpcUrls: ['http://a.example', 'http://b.example'], registry: REGISTRY } }
    const members = { memory: true, push: true, networks, gateways: ['http://c.example'] }
    const flags = ['--memory', '--push', '--network', `0x1=http://a.example,http://b.example,${REGISTRY}`]
    const byFlags = parseRelayCommand([...flags, '--gateway', 'http://c.example'])
    writeFileSync(file, JSON.stringify(members))
    expect(parseRelayCommand(['--config', file])).toEqual(byFlags)
    expect(byFlags).toMatchObject({ config: members })
    for (const [wrong, message] of [
      [{ networks: [] }, 'networks: must be {"<id>"'],
      [{ networks: { '0x1': { rpcUrls: 'x', registry: 'y' } } }, 'networks: must be {"<id>"'],
      [{ networks: { '0x1': { rpcUrls: [], registry: 'y', quorum: 1 } } }, 'networks: must be {"<id>"'],
      [{ gateways: 'x' }, 'gateways: must be a list of strings'],
      [{ push: 'x' }, 'push: must be true or false'],
    ] as const) {
      writeFileSync(file, JSON.stringify({ ...members, ...wrong }))
      expect(() => parseRelayCommand(['--config', file])).toThrow(message)
    }
  })
})
