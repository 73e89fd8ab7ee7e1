import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { type Devnet, startDevnet } from '@uport-kit/devnet'
import { runCli as runInProcess } from '../src/run-cli.ts'

const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url))

/** The cheapest that key files may be: these protect nothing. */
const SCRYPT = { n: 1024 }

export interface CliResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CliCall {
  readonly home?: string | undefined
  readonly input?: string | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
}

/** A call that is under way. */
export interface RunningCli {
  readonly result: Promise<CliResult>
  /** The first line of standard error or output that fits, as it comes. */
  line(stream: 'stdout' | 'stderr', fits: (line: string) => boolean): Promise<string>
  kill(signal: NodeJS.Signals): void
}

/** Runs the built command in a process of its own, with nothing of the caller's environment but the path. */
export function startCli(args: readonly string[], call: CliCall = {}): RunningCli {
  const { home, input, env } = call
  const child = spawn(process.execPath, [BIN, ...args], {
    env: {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      ...(home !== undefined && { UPORT_HOME: home }),
      ...env,
    },
    stdio: 'pipe',
  })
  const text = { stdout: '', stderr: '' }
  const seen = { stdout: [] as string[], stderr: [] as string[] }
  const waiting: (() => void)[] = []
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk
    })
    createInterface({ input: child[name] }).on('line', (line) => {
      seen[name].push(line)
      for (const look of waiting) look()
    })
  }
  child.stdin.end(input ?? '')
  const result = new Promise<CliResult>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...text }))
  })
  return {
    result,
    line: (stream, fits) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = seen[stream].find(fits)
          if (found !== undefined) resolve(found)
        }
        waiting.push(look)
        look()
        void result.then(() => reject(new Error(`ended without that line: ${text.stderr}${text.stdout}`)))
      }),
    kill: (signal) => void child.kill(signal),
  }
}

export function runCli(args: readonly string[], call: CliCall = {}): Promise<CliResult> {
  return startCli(args, call).result
}

/** As `startCli`, without a process: where many calls are to be compared, or wait for one another. */
export function beginCall(
  args: readonly string[],
  { home, input, env }: CliCall = {},
): Omit<RunningCli, 'kill'> {
  const text = { stdout: '', stderr: '' }
  const waiting: (() => void)[] = []
  const sink = (name: 'stdout' | 'stderr') => ({
    write: (chunk: string) => {
      text[name] += chunk
      for (const look of waiting) look()
    },
  })
  const result = runInProcess(args, {
    stdin: Readable.from([input ?? '']),
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    env: { HOME: '/nonexistent', ...(home !== undefined && { UPORT_HOME: home }), ...env },
    version: '0.0.0',
    signal: new AbortController().signal,
  }).then((code) => ({ code, ...text }))
  return {
    result,
    line: (stream, fits) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = text[stream].split('\n').slice(0, -1).find(fits)
          if (found !== undefined) resolve(found)
        }
        waiting.push(look)
        look()
        void result.then(() => reject(new Error(`ended without that line: ${text.stderr}${text.stdout}`)))
      }),
  }
}

/** As `runCli`, without a process. */
export function callCli(args: readonly string[], call: CliCall = {}): Promise<CliResult> {
  return beginCall(args, call).result
}

/** A devnet, and homes that are configured for it. */
export interface CliWorld {
  readonly devnet: Devnet
  readonly directory: string
  /** A home of its own: configuration and passphrase. */
  home(name: string, changes?: object): Promise<CliCall & { readonly home: string }>
  /** Calls with `--json`, without a process, and gives what was printed. @throws Error where the call did not end with 0 */
  json(args: readonly string[], call: CliCall): Promise<Json>
  file(name: string, content: string | Uint8Array, mode?: number): Promise<string>
  close(): Promise<void>
}

/** What a command printed: the test knows its form. */
// biome-ignore lint/suspicious/noExplicitAny: read by tests alone
type Json = any

export async function startCliWorld(): Promise<CliWorld> {
  const [devnet, directory] = await Promise.all([startDevnet(), mkdtemp(join(tmpdir(), 'uport-cli-'))])
  const { networkId, rpcUrl, registry, gatewayUrl, ipfsApiUrl, relayUrl } = devnet
  const manager = devnet.identityContracts.identityManager
  const file: CliWorld['file'] = async (name, content, mode = 0o600) => {
    const path = join(directory, name)
    await writeFile(path, content, { mode })
    return path
  }
  return {
    devnet,
    directory,
    file,
    async home(name, changes = {}) {
      const home = join(directory, name)
      await mkdir(home, { mode: 0o700 })
      const config = {
        networks: { [networkId]: { name: 'devnet', rpcUrls: [rpcUrl], registry, manager } },
        gateways: [gatewayUrl],
        ipfsApi: ipfsApiUrl,
        relay: relayUrl,
        scrypt: SCRYPT,
        ...changes,
      }
      await file(join(name, 'config.json'), JSON.stringify(config))
      const passphrase = await file(join(name, 'passphrase'), 'correct horse\n')
      return { home, env: { UPORT_PASSPHRASE_FILE: passphrase } }
    },
    async json(args, call) {
      const { code, stdout, stderr } = await callCli([...args, '--json'], call)
      if (code !== 0) throw new Error(`exit ${code}: ${stderr}`)
      return JSON.parse(stdout)
    },
    async close() {
      await devnet.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
