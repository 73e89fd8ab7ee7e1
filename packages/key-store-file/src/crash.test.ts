import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type SignContext, sha256 } from '@uport-kit/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFileKeyStore } from './file-key-store.ts'

const WORKER = fileURLToPath(new URL('../test-support/crash-worker.mjs', import.meta.url))
const [OLD, NEW] = ['old passphrase', 'new passphrase']
const scrypt = { n: 2 }

/** Between the temporary file's opening and the moment in which it takes the place of the old one. */
const BEFORE = ['opened', 'half', 'written', 'synced'] as const
const AFTER = ['in-place', 'directory-synced', 'removed'] as const
type Operation = 'create' | 'change'
interface Round {
  readonly operation: Operation
  readonly step: (typeof BEFORE)[number] | (typeof AFTER)[number]
  readonly before: readonly string[]
}

const preimage = new TextEncoder().encode('header.payload')
const digest = sha256(preimage)
const context: SignContext = { purpose: 'jwt', hash: 'sha256', preimage, preview: {} }

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'uport-crash-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

/** Every step of both operations, those before the exchange twice, each with other keys around. */
function rounds(): Round[] {
  return (['create', 'change'] as const).flatMap((operation) =>
    [...BEFORE, ...BEFORE, ...AFTER].map((step, index) => {
      const others = Array.from({ length: index % 3 }, (_, n) => `other-${n}`)
      return { operation, step, before: operation === 'create' ? others : [...others, 'key'] }
    }),
  )
}

/** Runs the worker until it has reached its step, and kills it there. */
async function killAt(directory: string, round: Round): Promise<void> {
  const child = spawn(process.execPath, [WORKER, JSON.stringify({ directory, ...round })], { stdio: 'pipe' })
  let output = ''
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  child.stdout.on('data', (chunk) => {
    output += chunk
    child.kill('SIGKILL')
  })
  const [, signal] = await once(child, 'close')
  expect(`${output}${errors}`).toBe(`${round.step}\n`)
  expect(signal).toBe('SIGKILL')
}

/** A temporary file that is nobody's other name: the writer died between its opening and the exchange. */
async function hasTemporary(directory: string): Promise<boolean> {
  for (const name of await readdir(directory)) {
    if (name.startsWith('.uport-tmp-') && (await stat(join(directory, name))).nlink === 1) return true
  }
  return false
}

async function judge(round: Round): Promise<boolean> {
  const directory = await mkdtemp(join(root, 'keys-'))
  await killAt(directory, round)
  const inside = await hasTemporary(directory)
  expect(inside).toBe((BEFORE as readonly string[]).includes(round.step))
  for (const name of await readdir(directory)) {
    // Torn JSON would throw.
    if (name.startsWith('key-')) JSON.parse(await readFile(join(directory, name), 'utf8'))
  }

  const changed = round.operation === 'change' && !inside
  const store = await openFileKeyStore({
    directory,
    scrypt,
    passphrase: async (keyId) => (changed && keyId === 'key' ? NEW : OLD),
  })
  const expected = [...round.before, ...(round.operation === 'create' && !inside ? ['key'] : [])].sort()
  const listed: string[] = []
  for await (const { keyId } of store.list()) listed.push(keyId)
  expect(listed).toEqual(expected)
  // Signing opens the file with the one passphrase, and checks that it holds the key it names.
  for (const keyId of listed) await store.sign(keyId, digest, context)
  expect((await readdir(directory)).filter((name) => name.startsWith('.uport-tmp-'))).toEqual([])
  await makeOld(directory)
  if (listed[0] !== undefined) await store.delete(listed[0])
  expect((await readdir(directory)).filter((name) => name.startsWith('.'))).toEqual([])
  return inside
}

/** So that nobody has to wait for the time in which a dead holder's lock still counts. */
async function makeOld(directory: string): Promise<void> {
  const past = Date.now() / 1000 - 5
  for (const name of await readdir(directory)) {
    if (name.startsWith('.uport-lock-')) await utimes(join(directory, name), past, past)
  }
}

describe('SIGKILL', () => {
  test('at any step of a write leaves the old content or the new one', { timeout: 120_000 }, async () => {
    const waiting = rounds()
    let inside = 0
    const work = async () => {
      for (let round = waiting.pop(); round !== undefined; round = waiting.pop()) {
        if (await judge(round)) inside++
      }
    }
    await Promise.all([work(), work(), work()])
    // Two operations, four steps, twice.
    expect(inside).toBe(16)
  })
})
