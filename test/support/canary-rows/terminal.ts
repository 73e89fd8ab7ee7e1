import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeHex, encodeUtf8, sha256 } from '@uport-kit/core'
import { callCli } from '../../../packages/cli/test-support/cli-world.ts'
import type { Canaries } from '../canaries.ts'
import { rowsOf } from '../canary-row.ts'

const DID = 'did:uport:2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX'

/** A home with a key, a passphrase, and a node behind an address with a key in it that nobody answers at. */
async function withHome(
  canaries: Canaries,
  work: (
    call: (args: readonly string[]) => Promise<unknown>,
    file: (name: string, text: string) => Promise<string>,
  ) => Promise<readonly unknown[]>,
): Promise<readonly unknown[]> {
  const directory = await mkdtemp(join(tmpdir(), 'uport-canary-'))
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(directory, name), text, { mode: 0o600 })
    return join(directory, name)
  }
  try {
    const home = join(directory, 'home')
    await mkdir(home, { mode: 0o700 })
    const endpoint = canaries.text('the key of the endpoint', 'canaryKeyOfTheEndpoint4567')
    const config = {
      scrypt: { n: 1024 },
      networks: {
        '0x1': { rpcUrls: [`http://127.0.0.1:1/v3/${endpoint}`], registry: `0x${'12'.repeat(20)}` },
      },
      gateways: [`http://127.0.0.1:1/${endpoint}`],
    }
    await writeFile(join(home, 'config.json'), JSON.stringify(config))
    const passphrase = canaries.text('the passphrase', 'canary passphrase of the terminal')
    const env = { UPORT_PASSPHRASE_FILE: await file('passphrase', `${passphrase}\n`) }
    return await work((args) => callCli(args, { home, env }), file)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

export const terminalRows = rowsOf('cli', {
  'keys: a wrong passphrase, a file that is none, a key that is there': (canaries) =>
    withHome(canaries, async (call, file) => {
      const made = await call(['keys', 'create', 'ada'])
      const wrong = canaries.text('the wrong passphrase', 'another canary that opens nothing')
      const wrongFile = await file('wrong', `${wrong}\n`)
      const key = encodeHex(canaries.bytes('a private key', sha256(encodeUtf8('canary of the terminal'))))
      const bare = await file('bare.json', JSON.stringify({ privateKey: key }))
      const text = await file('bare.txt', key)
      return [
        made,
        await call(['keys', 'create', 'ada']),
        await call([
          'keys',
          'export',
          'ada',
          '--file-passphrase-file',
          wrongFile,
          '--passphrase-file',
          wrongFile,
        ]),
        await call(['keys', 'import', bare, '--id', 'eve', '--file-passphrase-file', wrongFile]),
        await call(['keys', 'import', text, '--id', 'eve', '--file-passphrase-file', wrongFile, '--debug']),
        await call(['keys', 'export', 'nobody', '--file-passphrase-file', wrongFile, '--json']),
      ]
    }),

  'identities and documents: nodes and gateways that nobody answers at': (canaries) =>
    withHome(canaries, async (call) => [
      await call(['identity', 'create', 'ada', '--network', '0x1']),
      await call(['identity', 'show', 'ada']),
      await call(['resolve', DID]),
      await call(['resolve', DID, '--json']),
    ]),
})
