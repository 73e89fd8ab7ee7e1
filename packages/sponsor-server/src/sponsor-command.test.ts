import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isUportError } from '@uport-kit/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NOBODY, party, SponsorWorld } from '../test-support/sponsor-world.ts'
import { formatWei, parseWei } from './sponsor-budgets.ts'
import { runSponsorCommand } from './sponsor-command.ts'
import { parseSponsorCommand, SPONSOR_HELP } from './sponsor-config.ts'

const KEY = '11'.repeat(32)
const ENVIRONMENT = { UPORT_SPONSOR_KEY: KEY }
const ISSUER = 'did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme'
const LEAST = ['--rpc', 'http://127.0.0.1:1', '--chain', '0x1', '--issuer', ISSUER, '--memory']

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'uport-sponsor-command-'))
})
afterAll(() => rm(directory, { recursive: true }))

function configOf(args: readonly string[], environment: Readonly<Record<string, string>> = ENVIRONMENT) {
  const command = parseSponsorCommand(args, environment)
  if (command.kind !== 'run') throw new Error('it asks for help')
  return command.config
}

function mistake(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = ENVIRONMENT,
): string {
  try {
    parseSponsorCommand(args, environment)
    return 'none'
  } catch (error) {
    return isUportError(error, 'SPONSOR_CONFIG_INVALID') ? error.data.option : String(error)
  }
}

describe('the configuration', () => {
  it('is made of flags, environment and file, in this order', async () => {
    const config = join(directory, 'sponsor.json')
    const file = {
      chain: '0x4',
      port: 1,
      limits: { maxGas: 5 },
      budgets: { perDay: '1 ether', perGas: '7gwei' },
    }
    await writeFile(config, JSON.stringify({ ...file, issuer: [ISSUER], data: 'here', rpc: 'http://file/' }))
    const environment = { ...ENVIRONMENT, UPORT_SPONSOR_RPC: 'http://environment/' }
    const args = ['--config', config, '--chain', '0x2', '--budget', 'perDay=2ether', '--memory']
    expect(configOf(args, environment)).toMatchObject({
      rpc: 'http://environment/',
      chainId: 2n,
      port: 1,
      issuers: [{ did: ISSUER }],
      dataDirectory: undefined,
      budgets: { perDay: 2n * 10n ** 18n, perGas: 7n * 10n ** 9n },
      limits: { maxGas: 5 },
    })
    expect(configOf(['--config', config]).dataDirectory).toBe('here')
  })

  it('takes the key from a directory with a passphrase, or from the environment', () => {
    expect(configOf(LEAST).key).toEqual({ kind: 'environment', privateKey: KEY })
    const keys = [...LEAST, '--key-directory', 'keys', '--key-id', NOBODY]
    expect(configOf(keys, { UPORT_SPONSOR_PASSPHRASE: 'secret' }).key).toMatchObject({ kind: 'directory' })
    expect(mistake(keys)).toBe('keyDirectory')
    expect(mistake(LEAST, {})).toBe('keyDirectory')
    expect(mistake(LEAST, { UPORT_SPONSOR_KEY: '11' })).toBe('UPORT_SPONSOR_KEY')
    expect(mistake([...LEAST, '--key-directory', 'keys'], { UPORT_SPONSOR_PASSPHRASE: 'x' })).toBe('keyId')
  })

  it.each<[string, readonly string[], string]>([
    ['an unknown flag', ['--mainnet'], 'command line'],
    ['no number', ['--port', 'x'], 'port'],
    ['no port', ['--port', '70000'], 'port'],
    ['no port for metrics', ['--metrics-port', '70000'], 'metricsPort'],
    ['no level', ['--log-level', 'loud'], 'logLevel'],
    ['an unknown limit', ['--limit', 'x=1'], 'limits.x'],
    ['a limit of nothing', ['--limit', 'maxGas=0'], 'limits.maxGas'],
    ['half a unit of gas', ['--limit', 'maxGas=0.5'], 'limits.maxGas'],
    ['a limit without a value', ['--limit', 'maxGas'], 'limit'],
    ['an amount without a unit', ['--budget', 'perDay=1'], 'budgets.perDay'],
    ['an unknown budget', ['--budget', 'perYear=1ether'], 'budgets.perYear'],
    ['a chain in decimal', ['--chain', '1'], 'chain'],
    ['an address that is none', ['--rpc', 'ftp://x'], 'rpc'],
    ['a key that is none', ['--issuer', 'did:web:x=zz'], 'issuer'],
    ['both stores', ['--data', 'here'], 'memory'],
    ['a file that is not there', ['--config', '/nowhere/x.json'], 'config'],
  ])('refuses %s', (_what, args, option) => {
    expect(mistake([...LEAST, ...args])).toBe(option)
  })

  it('refuses a file with keys or values that it does not know, and quotes nothing of it', async () => {
    const cases = ['{"privateKey":"x"}', '{"port":"1"}', '{"budgets":{"perDay":1}}', '[]', '{"issuer":"x"}']
    for (const [index, text] of cases.entries()) {
      const file = join(directory, `${index}.json`)
      await writeFile(file, text)
      expect(mistake([...LEAST, '--config', file])).not.toBe('none')
    }
    const file = join(directory, 'broken.json')
    await writeFile(file, 'secret words')
    expect(() => parseSponsorCommand([...LEAST, '--config', file], ENVIRONMENT)).toThrow(
      /^config: .* is not JSON\.$/,
    )
  })
})

describe('an amount', () => {
  it.each<[string, bigint | undefined]>([
    ['1 wei', 1n],
    ['0.5ether', 5n * 10n ** 17n],
    ['30 gwei', 30n * 10n ** 9n],
    ['0.0000000001gwei', undefined],
    ['1.5wei', undefined],
    ['1', undefined],
    ['-1ether', undefined],
    ['1e18wei', undefined],
  ])('%s', (text, wei) => {
    expect(parseWei(text)).toBe(wei)
  })

  it('is written in ether', () => {
    expect([0n, 1n, 10n ** 18n, 15n * 10n ** 17n].map(formatWei)).toEqual([
      '0 ether',
      '0.000000000000000001 ether',
      '1 ether',
      '1.5 ether',
    ])
  })
})

describe('the command', () => {
  const lines: string[] = []
  const io = (environment: Readonly<Record<string, string>>, signal: AbortSignal) => ({
    out: (line: string) => lines.push(line),
    err: (line: string) => lines.push(line),
    environment,
    signal,
  })

  it('explains itself', async () => {
    expect(await runSponsorCommand(['--help'], io({}, AbortSignal.abort()))).toBe(0)
    expect(lines.at(-1)).toBe(SPONSOR_HELP.trimEnd())
  })

  it('ends with 2 for a mistake and with 1 for what fails, in one line without the key', async () => {
    expect(await runSponsorCommand([], io(ENVIRONMENT, AbortSignal.abort()))).toBe(2)
    expect(await runSponsorCommand(LEAST, io(ENVIRONMENT, AbortSignal.abort()))).toBe(1)
    const typed = [...LEAST, '--budget', 'perDay=1', '--key-directory', 'x']
    expect(await runSponsorCommand(typed, io(ENVIRONMENT, AbortSignal.abort()))).toBe(2)
    for (const line of lines.slice(-3)) {
      expect(line).toMatch(/^uport-sponsor: [^\n]+$/)
      expect(line).not.toContain(KEY)
    }
    expect(lines.at(-1)).toMatch(/^uport-sponsor: --budget perDay: must be an amount/)
  })

  it('pays, says what it does, and repeats neither tokens nor keys', async () => {
    const world = await SponsorWorld.start()
    try {
      const stopping = new AbortController()
      const { rpcUrl, networkId, identityContracts } = world.devnet
      const args = ['--rpc', rpcUrl, '--chain', networkId, '--issuer', world.issuer.did, '--json']
      const more = [
        '--identity-manager',
        identityContracts.metaIdentityManager,
        '--limit',
        'pollSeconds=0.02',
        '--metrics-port',
        '0',
      ]
      lines.splice(0)
      await world.devnet.fund('0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a')
      const data = ['--data', join(directory, 'data')]
      const ended = runSponsorCommand([...args, ...more, ...data], io(ENVIRONMENT, stopping.signal))
      await world.until(async () => lines.length > 1)
      const [url, operationsUrl] = lines.map((line) => JSON.parse(line).url)
      expect((await fetch(`${operationsUrl}/readyz`)).status).toBe(200)
      const device = await party('device of the command')
      const token = await world.token(device)
      expect(await world.identity(url, device)).toMatch(/^0x[0-9a-f]{40}$/)
      expect((await world.post(url, '/fund', token, {})).status).toBe(400)
      const metrics = await (await fetch(`${operationsUrl}/metrics`)).text()
      expect(metrics).toContain('uport_sponsor_transactions_total{step="included"} 1')
      stopping.abort()
      expect(await ended).toBe(0)
      await expect(fetch(`${operationsUrl}/healthz`)).rejects.toThrow()
      expect(lines.map((line) => JSON.parse(line).event)).toEqual([
        'started',
        'operations',
        'sent',
        'included',
        'refused',
        'stopped',
      ])
      for (const secret of [KEY, token, token.split('.')[2] ?? ''])
        expect(lines.join('\n')).not.toContain(secret)
    } finally {
      await world.stop()
    }
  })
})
