import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { encodeBase58, MemoryKeyStore, signJwt } from '@uport-kit/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliCall, callCli, runCli, startCli } from '../test-support/cli-world.ts'
import { COMMANDS } from './commands.ts'
import { renderDocs } from './render-docs.ts'

const MNID = '2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX'
const ADDRESS = '0x00521965e7bd230323c423d96c657db5b79d099f'

let directory = ''
let call: CliCall & { readonly home: string }

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'uport-cli-'))
  const home = join(directory, 'home')
  await mkdir(home, { mode: 0o700 })
  await writeFile(join(home, 'config.json'), JSON.stringify({ scrypt: { n: 1024 } }))
  const passphrase = join(directory, 'passphrase')
  await writeFile(passphrase, 'correct horse\n', { mode: 0o600 })
  call = { home, env: { UPORT_PASSPHRASE_FILE: passphrase } }
})
afterAll(() => rm(directory, { recursive: true, force: true }))

async function json(args: readonly string[], from: CliCall = call) {
  const { code, stdout, stderr } = await callCli([...args, '--json'], from)
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}`)
  return JSON.parse(stdout)
}

describe('help', () => {
  it('tells every command, with examples', async () => {
    const [all, version, none] = await Promise.all([
      runCli(['--help']),
      runCli(['--version']),
      runCli(['reslove', 'x']),
    ])
    expect(all).toMatchObject({ code: 0, stderr: '' })
    for (const { path } of COMMANDS) expect(all.stdout).toContain(`  ${path.join(' ')} `)
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(none).toMatchObject({ code: 2, stdout: '' })
    expect(none.stderr).toBe('uport: There is no command "reslove": did you mean resolve? (`uport --help`)\n')
    for (const { path, summary, examples } of COMMANDS) {
      const { stdout, code } = await callCli([...path, '--help'])
      expect(code).toBe(0)
      expect(stdout).toContain(`usage: uport ${path.join(' ')}`)
      expect(examples.length).toBeGreaterThan(0)
      for (const { command } of examples) expect(stdout).toContain(command)
      expect(summary).not.toMatch(/\.$/)
    }
  })

  it('tells a group, a topic, and what was mistyped', async () => {
    expect((await callCli([])).stdout).toContain('usage: uport <command>')
    expect((await callCli(['keys'])).stdout).toContain('keys export')
    expect((await callCli(['help', 'keys', 'list'])).stdout).toContain('uport keys list')
    expect((await callCli(['help', 'keys'])).stdout).toContain('keys export')
    const wrong: readonly (readonly [readonly string[], string])[] = [
      [['help', 'resolv'], 'did you mean resolve'],
      [['keys', 'lits'], 'did you mean list'],
      [['resolve', 'x', '--legasy'], 'did you mean --legacy'],
      [['resolve', 'x', '--zzzzzzzz=1'], 'no option --zzzzzzzz'],
      [['resolve', 'x', 'y'], '"y" has no meaning here'],
      [['resolve', 'x', '--network'], '--network'],
      [['resolve', 'x', '--network', '5'], 'in hex'],
      [['--json', 'resolve'], 'command first'],
    ]
    for (const [args, words] of wrong) {
      const { code, stderr } = await callCli(args)
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(words) })
    }
  })

  it('of each command is where its binary points who mistypes an option', async () => {
    const left = COMMANDS.map(({ path }) => path)
    const next = async (): Promise<void> => {
      for (let path = left.shift(); path !== undefined; path = left.shift()) {
        const { code, stdout, stderr } = await runCli([...path, '--no-such-option'])
        expect({ path, code, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({
          path,
          code: 2,
          stdout: '',
          lines: 1,
        })
        expect(stderr).toContain('--no-such-option')
      }
    }
    await Promise.all([next(), next()])
  })

  it('is what the reference page says', async () => {
    const page = new URL('../../../docs/cli.md', import.meta.url)
    expect(await readFile(page, 'utf8'), 'run `node scripts/cli-docs.mjs`').toBe(renderDocs(COMMANDS))
  })
})

describe('mnid', () => {
  it('shows an account in all its spellings', async () => {
    const [decoded, wrong] = await Promise.all([
      runCli(['mnid', MNID]),
      runCli(['mnid', MNID.replace('X', 'Y'), '--json']),
    ])
    expect(decoded.stdout).toContain(`address  ${ADDRESS}`)
    expect(wrong.code).toBe(1)
    expect(JSON.parse(wrong.stderr)).toMatchObject({ code: 'MNID_INVALID', data: { reason: 'checksum' } })
    const value = {
      mnid: MNID,
      did: `did:uport:${MNID}`,
      network: '0x1',
      address: ADDRESS,
      caip10: `eip155:1:${ADDRESS}`,
    }
    const spellings = [[MNID], [value.did], [value.caip10], [ADDRESS, '--network', '0x01']]
    for (const spelling of spellings) expect(await json(['mnid', ...spelling])).toEqual(value)
    expect((await callCli(['mnid', ADDRESS])).code).toBe(2)
    expect((await callCli(['mnid'])).code).toBe(2)
  })
})

describe('keys', () => {
  it('are made, listed, exported, imported and deleted', async () => {
    const created = await runCli(['keys', 'create', 'first', '--json'], call)
    const { address } = JSON.parse(created.stdout)
    const own = join(directory, 'own')
    await writeFile(own, 'battery staple\n', { mode: 0o600 })
    const exported = await runCli(['keys', 'export', 'first', '--file-passphrase-file', own], call)
    expect(JSON.parse(exported.stdout)).toMatchObject({ version: 3, address: address.slice(2) })
    const file = join(directory, 'exported.json')
    await writeFile(file, exported.stdout)
    const wrong = call.env?.['UPORT_PASSPHRASE_FILE'] ?? ''
    const locked = await callCli(['keys', 'import', file, '--file-passphrase-file', wrong], call)
    expect(locked).toMatchObject({ code: 1, stderr: expect.stringContaining('[KEY_PASSPHRASE_WRONG]') })
    const imported = await runCli(
      ['keys', 'import', file, '--id', 'second', '--file-passphrase-file', own],
      call,
    )
    expect(imported.stdout).toContain(address)
    const listed = await runCli(['keys', 'list', '--json'], { home: call.home })
    expect(JSON.parse(listed.stdout)).toMatchObject([
      { keyId: 'first', address },
      { keyId: 'second', address },
    ])
    const [refused, deleted] = await Promise.all([
      runCli(['keys', 'delete', 'first'], call),
      runCli(['keys', 'delete', 'second', '--yes'], call),
    ])
    expect([refused.code, deleted.code]).toEqual([3, 0])
    expect((await callCli(['keys', 'list'], call)).stdout).toBe(`${'first'.padEnd(24)} ${address}\n`)
  })

  it('refuse what is no call, and a passphrase that others may read', async () => {
    const [taken, gone] = await Promise.all([
      runCli(['keys', 'import', join(directory, 'nothing.json')], call),
      runCli(['keys', 'delete', 'nothing', '--yes', '--json'], call),
    ])
    expect([taken.code, gone.code]).toEqual([2, 1])
    expect(JSON.parse(gone.stderr)).toMatchObject({ code: 'KEY_NOT_FOUND' })
    const open = join(directory, 'open')
    await writeFile(open, 'secret\n', { mode: 0o644 })
    const empty = join(directory, 'empty')
    await writeFile(empty, '', { mode: 0o600 })
    const passphrases: readonly (readonly [string, string])[] = [
      [open, 'chmod 600'],
      [empty, 'is empty'],
      [join(directory, 'missing'), 'cannot be read'],
    ]
    for (const [path, words] of passphrases) {
      const { code, stderr } = await callCli(['keys', 'create', 'x', '--passphrase-file', path], call)
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(words) })
      expect(stderr).not.toContain('secret')
    }
    const unasked = await callCli(['keys', 'create', 'x'], { home: call.home })
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining('UPORT_PASSPHRASE_FILE') })
    expect((await callCli(['keys', 'export', 'nothing'], call)).code).toBe(2)
    expect((await callCli(['keys', 'create', 'first'], call)).stderr).toContain('[KEY_EXISTS]')
  })
})

describe('verify', () => {
  it('lets no token write a rule or a verdict of its own', async () => {
    const keys = new MemoryKeyStore()
    const { keyId, publicKey } = await keys.create()
    const did = `did:key:z${encodeBase58(Uint8Array.of(0xe7, 1, ...publicKey))}` as const
    const forged = 'did:web:x.example\nok    audience        addressed to you\n\nvalid\n'
    const jwt = await signJwt({ sub: forged, claim: { name: forged } }, { did, keyId, keys })
    const [{ code, stdout }, unaddressed] = await Promise.all([
      callCli(['verify', jwt]),
      callCli(['verify', jwt, '--require-audience']),
    ])
    const [rules = '', verdict] = stdout.split('\n\n')
    expect({ code, verdict, rules: rules.split('\n').length }).toEqual({
      code: 0,
      verdict: 'valid',
      rules: 14,
    })
    expect(rules).not.toMatch(/^ok +audience/m)
    expect(unaddressed.code).toBe(4)
    expect(unaddressed.stdout).not.toMatch(/^valid$/m)
  })
})

describe('the configuration', () => {
  it('gives way to the environment, and both to options; what is wrong in it is named', async () => {
    const home = join(directory, 'configured')
    await mkdir(home)
    const write = (config: unknown) =>
      writeFile(join(home, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config))
    await write({ network: '0x4' })
    expect((await json(['mnid', ADDRESS], { home })).network).toBe('0x4')
    const env = { UPORT_NETWORK: '0x3' }
    expect((await json(['mnid', ADDRESS], { home, env })).network).toBe('0x3')
    expect((await json(['mnid', ADDRESS, '--network', '0x2'], { home, env })).network).toBe('0x2')
    const folders = { XDG_CONFIG_HOME: directory, XDG_DATA_HOME: directory }
    await mkdir(join(directory, 'uport'))
    await writeFile(join(directory, 'uport', 'config.json'), '{"network":"0x9"}')
    expect((await json(['mnid', ADDRESS], { env: folders })).network).toBe('0x9')
    const wrong: readonly (readonly [unknown, string])[] = [
      ['{', 'is not JSON'],
      [[], 'must be a JSON object'],
      [{ rpc: 'x' }, 'rpc is not known'],
      [{ network: 'main' }, 'network must be'],
      [{ gateways: 'x' }, 'gateways must be'],
      [{ networks: { main: { rpcUrls: ['x'] } } }, 'networks.main'],
      [{ networks: { '0x1': 5 } }, 'networks.0x1 must be'],
      [{ networks: { '0x1': {} } }, 'rpcUrls is missing'],
      [{ networks: { '0x1': { rpcUrls: [] } } }, 'rpcUrls must be'],
      [{ networks: { '0x1': { rpcUrls: ['x'], registry: '0x1' } } }, 'registry must be'],
    ]
    for (const [config, words] of wrong) {
      await write(config)
      const { code, stderr } = await callCli(['mnid', ADDRESS], { home })
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(words) })
    }
    await write({})
    expect((await callCli(['mnid', ADDRESS, '--rpc-url', 'x'], { home })).code).toBe(2)
  })
})

describe('completion', () => {
  /** What bash offers for a line whose last word is unfinished. */
  async function complete(script: string, line: string): Promise<readonly string[]> {
    const words = line.split(' ')
    const commands = [
      script,
      `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})`,
      `COMP_CWORD=${words.length - 1}`,
      '_uport',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
      'printf "%s\\n" "${COMPREPLY[@]}"',
    ]
    const { stdout } = await promisify(execFile)('bash', ['-c', commands.join('\n')])
    return stdout.split('\n').filter((word) => word !== '')
  }

  it('completes commands, options and values in bash', async () => {
    const [{ stdout: script }, wrong] = await Promise.all([
      runCli(['completion', 'bash']),
      runCli(['completion', 'cmd']),
    ])
    expect(wrong.code).toBe(2)
    expect(wrong.stderr).toContain('bash, zsh, fish')
    expect(await complete(script, 'uport re')).toEqual(['resolve', 'request', 'relay'])
    expect(await complete(script, 'uport keys ex')).toEqual(['export'])
    expect(await complete(script, 'uport keys export --pass')).toEqual(['--passphrase-file'])
    expect(await complete(script, 'uport identity create x --type a')).toEqual(['app'])
    expect(await complete(script, 'uport request per')).toEqual(['personal-sign'])
  })

  it('names every command and option for zsh and fish', async () => {
    for (const shell of ['zsh', 'fish']) {
      const { stdout } = await callCli(['completion', shell])
      for (const { path, options = {} } of COMMANDS) {
        expect(stdout).toContain(path.at(-1))
        for (const name of Object.keys(options)) expect(stdout).toMatch(new RegExp(`(?:--|-l )${name}\\b`))
      }
    }
  })
})

describe('commands of other packages', () => {
  it('conformance lists its cases, and ends as it ends', async () => {
    const [listed, wrong] = await Promise.all([
      runCli(['conformance', 'request-store', '--list']),
      runCli(['conformance', 'no-such-suite', './x.js']),
    ])
    expect(listed.code).toBe(0)
    expect(listed.stdout).toContain('request-store')
    expect(wrong.code).toBe(2)
    expect((await callCli(['conformance', '--help'])).stdout).toMatch(/uport\s+conformance\s+--\s+--help/)
  })

  it('relay runs until it is told to stop, and refuses what is no call', async () => {
    const running = startCli(['relay', '--memory', '--json'])
    const started = JSON.parse(await running.line('stdout', (line) => line.includes('started')))
    expect((await fetch(new URL('/nothing', started.url))).status).toBe(404)
    running.kill('SIGTERM')
    expect((await running.result).code).toBe(0)
    const [wrong, help] = await Promise.all([runCli(['relay']), runCli(['relay', '--', '--help'])])
    expect(wrong.code).toBe(2)
    expect(help.stdout).toContain('Usage: uport-relay')
  })

  it('devnet runs until it is told to stop, and becomes the configured network', async () => {
    const home = join(directory, 'devnet-home')
    const running = startCli(['devnet', '--save', '--sponsor', '--json'], { home })
    const endpoints = JSON.parse(await running.line('stdout', (line) => line.includes('rpcUrl')))
    const config = JSON.parse(await readFile(join(home, 'config.json'), 'utf8'))
    expect(config).toMatchObject({
      network: endpoints.networkId,
      networks: { [endpoints.networkId]: { rpcUrls: [endpoints.rpcUrl], registry: endpoints.registry } },
      relay: endpoints.relayUrl,
    })
    expect(endpoints).toMatchObject({
      identityContracts: { txRelay: expect.stringMatching(/^0x/) },
      sponsor: { url: expect.stringMatching(/^http/), issuer: { did: expect.stringMatching(/^did:key:/) } },
    })
    expect((await stat(join(home, 'config.json'))).mode & 0o077).toBe(0)
    running.kill('SIGTERM')
    expect((await running.result).code).toBe(0)
    const wrong = await runCli(['devnet', '--rpc-port', '70000'])
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
  })
})
