import { execFileSync } from 'node:child_process'
import { accessSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseRelayCommand } from '../packages/relay-server/src/relay-config.ts'
import { DEFAULT_RELAY_LIMITS } from '../packages/relay-server/src/relay-limits.ts'
import { parseSponsorCommand } from '../packages/sponsor-server/src/sponsor-config.ts'
import { DEFAULT_SPONSOR_LIMITS } from '../packages/sponsor-server/src/sponsor-limits.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const LIMITS = { relay: DEFAULT_RELAY_LIMITS, sponsor: DEFAULT_SPONSOR_LIMITS }
const ISSUER = 'did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'uport-deployment-'))
  const sponsor = { rpc: 'http://127.0.0.1:8545', chain: '0x1', issuer: [ISSUER], keyId: 'payer' }
  writeFileSync(join(folder, 'sponsor.json'), JSON.stringify(sponsor))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The options, read as the command reads them. */
function parseOptions(server: 'relay' | 'sponsor', args: readonly string[]) {
  const own = args.map((arg) => (arg === '/etc/uport/sponsor.json' ? join(folder, 'sponsor.json') : arg))
  const environment = { UPORT_SPONSOR_PASSPHRASE: 'passphrase', UPORT_SPONSOR_KEY: '11'.repeat(32) }
  const keys = own.includes('--key-directory') ? { UPORT_SPONSOR_PASSPHRASE: 'passphrase' } : environment
  const command = server === 'relay' ? parseRelayCommand(own) : parseSponsorCommand(own, keys)
  if (command.kind !== 'run') throw new Error('it asks for help')
  return command.config
}

interface Stage {
  readonly name: string
  readonly from: string
  readonly instructions: readonly (readonly [keyword: string, rest: string])[]
}

/** Stages of a Dockerfile; joined lines, no comments. */
function stagesOf(text: string): readonly Stage[] {
  const lines = text
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
  const stages: { name: string; from: string; instructions: [string, string][] }[] = []
  for (const line of lines) {
    const [, keyword = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? []
    if (keyword === '') throw new Error(`no instruction: ${line}`)
    const [, from = '', name = ''] = /^(\S+) AS (\S+)$/.exec(keyword === 'FROM' ? rest : '') ?? []
    if (keyword === 'FROM') stages.push({ from, name, instructions: [] })
    else stages.at(-1)?.instructions.push([keyword, rest])
  }
  return stages
}

describe('the Dockerfile', () => {
  const stages = stagesOf(read('deploy/Dockerfile'))
  const stage = (name: string): Stage => {
    const found = stages.find((each) => each.name === name)
    if (found === undefined) throw new Error(`no stage ${name}`)
    return found
  }
  const rests = (name: string, keyword: string): readonly string[] =>
    stage(name).instructions.flatMap(([each, rest]) => (each === keyword ? [rest] : []))
  const list = (name: string, keyword: string): readonly string[] =>
    JSON.parse(
      rests(name, keyword)
        .at(-1)
        ?.replace(/^--.* CMD /, '') ?? 'null',
    )

  test('copies what is there, and what the list of ignored files lets through', () => {
    const ignored = read('.dockerignore').split('\n')
    expect(ignored).toContain('*')
    const sources = rests('build', 'COPY').flatMap((rest) => rest.split(' ').slice(0, -1))
    expect(sources.length).toBeGreaterThan(5)
    for (const source of sources) {
      expect(existsSync(join(root, source)), source).toBe(true)
      expect(ignored).toContain(`!${source.replace(/^\.\//, '')}`)
    }
    for (const secret of ['**/node_modules', '**/dist', '**/*.env', '**/.uport'])
      expect(ignored).toContain(secret)
    const { workspaces } = JSON.parse(read('package.json'))
    for (const workspace of workspaces) expect(sources).toContain(dirname(workspace))
  })

  test.each(['relay', 'sponsor'] as const)(
    'starts the %s by the bin of its package, as nobody special',
    (name) => {
      const { bin } = JSON.parse(read(`packages/${name}-server/package.json`))
      const [program, path, ...options] = list(name, 'ENTRYPOINT')
      expect([program, path]).toEqual(['node', join(`packages/${name}-server`, bin[`uport-${name}`])])
      const config = parseOptions(name, [...options, ...list(name, 'CMD')])
      expect(config).toMatchObject({ json: true, dataDirectory: '/data', metricsPort: 9464, host: '0.0.0.0' })
      expect(rests(name, 'EXPOSE')).toEqual([`${config.port} ${config.metricsPort}`])
      expect(stage(name).from).toBe('server')
      expect([rests('server', 'USER'), list('server', 'VOLUME')]).toEqual([['node'], ['/data']])
      expect(rests('server', 'STOPSIGNAL')).toEqual(['SIGTERM'])
      const health = rests('server', 'HEALTHCHECK')[0] ?? ''
      expect(health).toContain(`http://127.0.0.1:${config.metricsPort}/readyz`)
      expect(health.replace(/^.* CMD /, '')).toMatch(/^\["node"/)
    },
  )

  test('collects the servers that it installed', () => {
    for (const name of ['relay', 'sponsor']) {
      const [install = '', collect = ''] = rests(`${name}-files`, 'RUN')
      const workspaces = JSON.parse(install).flatMap(
        (arg: string) => /^--workspace=packages\/(.*)$/.exec(arg)?.[1] ?? [],
      )
      expect(JSON.parse(collect)).toEqual(['node', 'scripts/collect-server.mjs', '/collected', ...workspaces])
      expect(workspaces[0]).toBe(`${name}-server`)
      expect(rests(name, 'COPY')).toEqual([`--from=${name}-files /collected ./`])
      accessSync(join(root, 'scripts/collect-server.mjs'))
    }
  })

  test('runs no shell', () => {
    const started = stages.flatMap(({ instructions }) =>
      instructions.filter(([keyword]) => ['RUN', 'CMD', 'ENTRYPOINT'].includes(keyword)),
    )
    expect(started.length).toBeGreaterThan(8)
    for (const [, rest] of started) expect(rest).toMatch(/^\[/)
  })
})

describe('the compose file', () => {
  const compose = parse(read('deploy/compose.yaml'), { merge: true })

  test('starts two relays alike, which may write nowhere, on a Redis that keeps what it has acknowledged', () => {
    const { 'relay-1': one, 'relay-2': other, redis } = compose.services
    expect(one).toEqual(other)
    expect(one).toMatchObject({ read_only: true, cap_drop: ['ALL'], build: { target: 'relay' } })
    expect(parseOptions('relay', one.command)).toMatchObject({
      storeModule: '@uport-kit/store-redis/relay',
      trustedProxies: 1,
    })
    expect(Number.parseInt(one.stop_grace_period, 10)).toBeGreaterThan(DEFAULT_RELAY_LIMITS.stopSeconds)
    expect(one.ulimits.nofile).toBeGreaterThan(DEFAULT_RELAY_LIMITS.maxConnections)
    const settings = redis.command.join(' ')
    expect(settings).toContain('--appendonly yes')
    expect(settings).toContain('--maxmemory-policy noeviction')
  })

  test('has a balancer that asks both, tells them who called, and waits as long as they do', () => {
    const text = read('deploy/nginx.conf')
    const servers = [...text.matchAll(/server (relay-\d):8080/g)].map(([, name]) => name)
    expect(servers).toEqual(Object.keys(compose.services).filter((name) => name.startsWith('relay-')))
    expect(text).toContain('proxy_set_header X-Forwarded-For $remote_addr;')
    expect(text).toContain('proxy_buffering off;')
    const [, timeout] = /proxy_read_timeout (\d+)s/.exec(text) ?? []
    expect(Number(timeout)).toBeGreaterThan(DEFAULT_RELAY_LIMITS.maxWaitSeconds)
    expect(Number(timeout)).toBeGreaterThan(DEFAULT_RELAY_LIMITS.heartbeatSeconds)
    // A push that was stored, and is sent again, would be a replay.
    const [, pushes = ''] = /location ~ \^\/\(i\/\|sns\|api\/v2\/sns\) \{([^}]*)\}/.exec(text) ?? []
    expect(pushes).toContain('proxy_pass http://relays;')
    expect(pushes).toMatch(/proxy_next_upstream error timeout;/)
    expect(text).toMatch(/^error_log \S+ crit;$/m)
    expect(text).not.toMatch(/\$(request|request_uri|uri|args|query_string)\b/)
  })
})

/** Lines `key=value` of a unit; a key that stands twice has both values. */
function parseUnit(text: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>()
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#') || /^\[\w+\]$/.test(line)) continue
    const [, key = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? []
    if (key === '') throw new Error(`no setting: ${line}`)
    settings.set(key, settings.has(key) ? `${settings.get(key)} ${value}` : value)
  }
  return settings
}

const hasSystemd = ((): boolean => {
  try {
    execFileSync('systemd-analyze', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

describe.each(['relay', 'sponsor'] as const)('the systemd unit of the %s', (name) => {
  const path = `deploy/systemd/uport-${name}.service`
  const unit = parseUnit(read(path))

  /** The words of the command as systemd makes them, with variables that the file of the environment sets. */
  function wordsOf(variables: Readonly<Record<string, string>> = {}): readonly string[] {
    const settings = (unit.get('Environment') ?? '').matchAll(/"(\w+)=([^"]*)"|(\w+)=(\S*)/g)
    const own = new Map([...settings].map(([, a, b, c, d]) => [a ?? c, b ?? d ?? '']))
    for (const [key, value] of Object.entries(variables)) own.set(key, value)
    return (unit.get('ExecStart') ?? '').split(' ').flatMap((word) => {
      if (!word.startsWith('$')) return [word]
      const value = own.get(word.slice(1))
      if (value === undefined) throw new Error(`nothing sets ${word}`)
      return value.split(' ').filter((part) => part !== '')
    })
  }

  test('starts the bin of the package with options that it knows', () => {
    const [program = '', ...args] = wordsOf()
    expect(JSON.parse(read(`packages/${name}-server/package.json`)).bin).toHaveProperty(basename(program))
    const config = parseOptions(name, args)
    expect(config).toMatchObject({ json: true, trustedProxies: 1 })
    expect(config.dataDirectory).toMatch(new RegExp(`^%S/${unit.get('StateDirectory')}`))
    expect(unit.get('StateDirectory')).toBe(`uport-${name}`)
  })

  test('names no file of options that nothing reads', () => {
    const named = read(path).match(/\/etc\/uport\/\w+\.json/g) ?? []
    expect(named).not.toEqual([])
    for (const file of named) expect(read(path)).toContain(`--config ${file}`)
  })

  test.runIf(name === 'relay')('takes the options and the store that its head shows', () => {
    const shown = [...read(path).matchAll(/^# {3}(UPORT_RELAY_\w+)=(.*)$/gm)].map(([, key, value]) => [
      key,
      value,
    ])
    expect(shown).toHaveLength(2)
    writeFileSync(join(folder, 'relay.json'), '{"limits":{"maxTopicSeconds":3600}}')
    const [, ...words] = wordsOf(Object.fromEntries(shown))
    const args = words.map((word) => word.replace('/etc/uport/', `${folder}/`))
    const config = parseOptions(name, args)
    expect(config).toMatchObject({
      publicUrl: 'https://relay.example',
      storeModule: '@uport-kit/store-redis/relay',
      limits: { maxTopicSeconds: 3600 },
    })
    expect(config.dataDirectory).toBeUndefined()
  })

  test('leaves it room, and little else', () => {
    const limits = LIMITS[name]
    expect(Number(unit.get('LimitNOFILE'))).toBeGreaterThan(limits.maxConnections + 1000)
    expect(Number(unit.get('TimeoutStopSec'))).toBeGreaterThan(limits.stopSeconds)
    for (const [key, value] of [
      ['DynamicUser', 'yes'],
      ['NoNewPrivileges', 'yes'],
      ['ProtectSystem', 'strict'],
      ['ProtectHome', 'yes'],
      ['CapabilityBoundingSet', ''],
      ['StateDirectoryMode', '0700'],
      ['UMask', '0077'],
      ['LimitCORE', '0'],
    ] as const)
      expect([key, unit.get(key)]).toEqual([key, value])
    expect(unit.get('MemoryMax')).toMatch(/^\d+[MG]$/)
    // V8 compiles while it runs.
    expect(unit.has('MemoryDenyWriteExecute')).toBe(false)
  })

  test.runIf(hasSystemd)('is what systemd understands, and as closed as it can tell', () => {
    const program = unit.get('ExecStart')?.split(' ')[0] ?? ''
    const copy = join(folder, basename(path))
    // Its program is installed elsewhere, or not at all.
    writeFileSync(copy, read(path).replace(`=${program} `, `=${process.execPath} `))
    const options = { encoding: 'utf8', stdio: 'pipe' } as const
    expect(execFileSync('systemd-analyze', ['verify', '--man=no', copy], options)).toBe('')
    const limit = ['security', '--offline=true', '--threshold=20', '--no-pager', copy]
    expect(execFileSync('systemd-analyze', limit, options)).toContain('Overall exposure level')
  })
})
