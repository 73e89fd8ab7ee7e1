import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Devnet, startDevnet } from '@uport-kit/devnet'
import { Mnemonic } from 'ethers'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import * as quickstart from '../../examples/quickstart/src/quickstart.ts'
import {
  AWS_CREDENTIALS,
  AWS_REGION,
  AwsDouble,
} from '../../packages/key-store-kms/test-support/aws-double.ts'
import { createDoubleKey } from '../../packages/key-store-kms/test-support/double-key.ts'
import { GCP_KEY_RING, GCP_TOKEN, GcpDouble } from '../../packages/key-store-kms/test-support/gcp-double.ts'

const SOURCES = fileURLToPath(new URL('../../examples/quickstart/src/', import.meta.url))
/** Where nobody looks for sources, and from where the workspace's packages are found. */
const COPIES = fileURLToPath(new URL('../../examples/quickstart/dist/', import.meta.url))

let devnet: Devnet
let keys: string
let others: string
let directory: string
let copies: string
const aws = new AwsDouble()
const gcp = new GcpDouble()

beforeAll(async () => {
  await mkdir(COPIES, { recursive: true })
  ;[devnet, keys, others, directory, copies] = await Promise.all([
    startDevnet(),
    readFile(join(SOURCES, 'keys.ts'), 'utf8'),
    readFile(join(SOURCES, 'other-keys.ts'), 'utf8'),
    mkdtemp(join(tmpdir(), 'uport-swap-')),
    mkdtemp(join(COPIES, 'swap-')),
  ])
  await Promise.all([aws.listen(), gcp.listen()])
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
})
afterAll(async () => {
  await Promise.all([devnet?.stop(), aws.close(), gcp.close()])
  await Promise.all([directory, copies].map((path) => rm(path, { recursive: true, force: true })))
})

/** The one line of `other-keys.ts` that stands in the region. */
function lineOf(name: string): string {
  const lines = others.split('\n')
  const start = lines.indexOf(`  // #region ${name}`)
  expect(lines[start + 2]).toBe('  // #endregion')
  return lines[start + 1] ?? ''
}

/** `keys.ts` with another line, and with the imports that this line needs instead of those that the old one needed. */
function swap(line: string): { readonly text: string; readonly changed: readonly string[] } {
  const lines = keys.split('\n')
  const place = lines.findIndex((text) => text.startsWith('  return '))
  const used = (text: string, by: string) =>
    (/^import (?!type)\{ (.*) \}/.exec(text)?.[1]?.split(', ') ?? []).some((name) => by.includes(name))
  const imports = others.split('\n').filter((text) => used(text, line))
  const kept = lines.filter((text, index) => index !== place && !used(text, lines[place] ?? ''))
  const type = kept.findIndex((text) => text.startsWith('import type'))
  const body = kept.findIndex((text) => text.startsWith('export async function'))
  const fresh = kept.toSpliced(body + 1, 0, line).toSpliced(type, 0, ...imports)
  return { text: fresh.join('\n'), changed: fresh.filter((text) => !lines.includes(text)) }
}

/** The quickstart as it is with this line in `keys.ts`; everything else is byte for byte what it was. */
async function quickstartWith(name: string): Promise<typeof quickstart> {
  const copy = join(copies, name)
  await cp(SOURCES, copy, { recursive: true, filter: (path) => !path.endsWith('other-keys.ts') })
  await writeFile(join(copy, 'keys.ts'), swap(lineOf(name)).text)
  return await import(pathToFileURL(join(copy, 'quickstart.ts')).href)
}

/** One login with the keys that this quickstart opens, for the app and for the person. */
async function logIn({ openBoth, logIn: run }: typeof quickstart) {
  const said: string[] = []
  const timeline = { step: (who: string, text: string) => said.push(`${who}: ${text}`), note: () => {} }
  const [app, user] = await openBoth({ directory, passphrase: 'a passphrase', scrypt: { n: 2 } })
  const terminal = { columns: 80, write: () => {} }
  const loggedIn = await run(devnet, [app, user], { timeline, terminal, confirm: async () => true })
  return { loggedIn, said: said.join('\n'), app, user }
}

/** Keys that a service or a person made before. */
const surroundings: ReadonlyMap<string, () => void> = new Map([
  ['memory', () => {}],
  [
    'mnemonic',
    () => {
      vi.stubEnv('APP_WORDS', Mnemonic.fromEntropy(new Uint8Array(16).fill(1)).phrase)
      vi.stubEnv('USER_WORDS', Mnemonic.fromEntropy(new Uint8Array(16).fill(2)).phrase)
    },
  ],
  [
    'signer',
    () => {
      vi.stubEnv('APP_SECRET', `0x${'3'.repeat(64)}`)
      vi.stubEnv('USER_SECRET', `0x${'4'.repeat(64)}`)
    },
  ],
  [
    'aws',
    () => {
      for (const name of ['app', 'user']) aws.add(createDoubleKey(), name)
      vi.stubEnv('AWS_REGION', AWS_REGION)
      vi.stubEnv('AWS_ENDPOINT_URL_KMS', aws.url)
      vi.stubEnv('AWS_ACCESS_KEY_ID', AWS_CREDENTIALS.accessKeyId)
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', AWS_CREDENTIALS.secretAccessKey)
    },
  ],
  [
    'gcp',
    () => {
      for (const name of ['app', 'user']) {
        gcp.add(createDoubleKey(), name)
        vi.stubEnv(`${name.toUpperCase()}_KEY`, `${GCP_KEY_RING}/cryptoKeys/${name}/cryptoKeyVersions/1`)
        vi.stubEnv(`${name.toUpperCase()}_TOKEN`, GCP_TOKEN)
      }
      const { fetch } = globalThis
      vi.stubGlobal('fetch', (input: string | URL | Request, init?: RequestInit) => {
        const target = typeof input === 'string' ? input : input instanceof URL ? input.href : input.url
        return fetch(target.replace('https://cloudkms.googleapis.com', gcp.url), init)
      })
    },
  ],
])

describe('the quickstart logs in, app and person, with their keys', () => {
  it('in files, as it is written', async () => {
    const { loggedIn, said, app, user } = await logIn(quickstart)
    expect(loggedIn).toBe(true)
    expect(said).toContain('app: verified through chain and IPFS: did:uport:')
    expect([app.isNew, user.isNew]).toEqual([true, true])
    expect(app.address).not.toBe(user.address)
    const again = await quickstart.openBoth({ directory, passphrase: 'a passphrase' })
    expect(again.map(({ address }) => address)).toEqual([app.address, user.address])
  })

  it.each([...surroundings.keys()])('elsewhere, by one other line: %s', async (name) => {
    const { changed } = swap(lineOf(name))
    expect(changed.filter((line) => !line.startsWith('import '))).toEqual([lineOf(name)])
    surroundings.get(name)?.()
    const { loggedIn, said, app, user } = await logIn(await quickstartWith(name))
    expect(loggedIn).toBe(true)
    expect(said).toContain('app: verified through chain and IPFS: did:uport:')
    expect(app.keys.constructor).toBe(user.keys.constructor)
    expect(app.keys.constructor.name).toMatch(new RegExp(name, 'i'))
    expect(app.address).not.toBe(user.address)
  })

  it('and a store that holds no key and makes none is told apart', async () => {
    surroundings.get('aws')?.()
    vi.stubEnv('AWS_REGION', AWS_REGION)
    for (const name of ['app', 'user']) aws.aliases.delete(name)
    await expect(logIn(await quickstartWith('aws'))).rejects.toThrow(
      'The key store holds no key app and makes none',
    )
  })

  it('and an environment that lacks a secret says which', async () => {
    await expect(logIn(await quickstartWith('mnemonic'))).rejects.toThrow('Set APP_WORDS in the environment.')
  })
})

it('every line that the example offers is tried', () => {
  expect([...others.matchAll(/#region (\w+)/g)].map(([, name]) => name)).toEqual([...surroundings.keys()])
})
