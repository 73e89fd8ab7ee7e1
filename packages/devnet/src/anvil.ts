import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { findAnvilBinary } from './anvil-binary.ts'

/** A funded account of the chain. Its key is public knowledge: never use it elsewhere. */
export interface DevnetAccount {
  /** 0x and 40 hex digits, EIP-55 case. */
  readonly address: string
  /** 0x and 64 hex digits. */
  readonly privateKey: string
}

export interface AnvilOptions {
  /** 0 takes a free port. */
  readonly port: number
  /** A file the chain is loaded from, where it exists, and written to when it stops. */
  readonly stateFile?: string | undefined
  /** A directory that goes with the node if this process dies without stopping it. */
  readonly temporaryDirectory?: string | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Anvil {
  readonly url: string
  readonly accounts: readonly DevnetAccount[]
  /** Ends the node and resolves when it is gone. */
  stop(): Promise<void>
}

export const anvilChainId = 31337n

/**
 * Starts an anvil node on 127.0.0.1 and waits until it listens. The node ends with this process, however this process
 * ends.
 *
 * @throws Error where there is no program for this platform, the port is taken, or `signal` fires.
 */
export async function startAnvil(options: AnvilOptions): Promise<Anvil> {
  const supervisor = fileURLToPath(new URL('../supervise.mjs', import.meta.url))
  const args = ['--host', '127.0.0.1', '--port', String(options.port), '--color', 'never']
  if (options.stateFile !== undefined) args.push('--state', options.stateFile)
  const child = spawn(
    process.execPath,
    [supervisor, options.temporaryDirectory ?? '', findAnvilBinary(), ...args],
    { stdio: ['pipe', 'pipe', 'pipe'], detached: true, windowsHide: true },
  )
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()))
  // A supervisor that is gone already closed the pipe from its side.
  child.stdin.on('error', () => {})
  const stop = async (): Promise<void> => {
    child.stdin.end()
    await exited
  }
  try {
    const banner = await readBanner(child, options.signal)
    return { url: parseUrl(banner), accounts: parseAccounts(banner), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Everything up to the line that says that the node listens; what follows is let go, so that the pipe never fills. */
async function readBanner(child: ChildProcess, signal: AbortSignal | undefined): Promise<string> {
  const { stdout, stderr } = child
  if (stdout === null || stderr === null) throw new TypeError('anvil is started with piped output')
  let complaint = ''
  let banner = ''
  stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaint = (complaint + chunk).slice(-2_000)
  })
  stdout.setEncoding('utf8')
  const done = new AbortController()
  const ended = once(child, 'close', { signal: done.signal })
  const listening = new Promise<void>((resolve, reject) => {
    stdout.on('data', (chunk: string) => {
      if (!done.signal.aborted) banner += chunk
      if (/^Listening on .+\n/m.test(banner)) resolve()
    })
    ended.then(
      () => reject(new Error(`anvil did not start: ${oneLine(complaint)}`)),
      (error) => done.signal.aborted || reject(error),
    )
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true, signal: done.signal })
    if (signal?.aborted === true) reject(signal.reason)
  })
  try {
    await listening
    return banner
  } finally {
    done.abort()
  }
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ').slice(0, 300) || 'no reason given'
}

function parseUrl(banner: string): string {
  const address = /^Listening on (127\.0\.0\.1:\d+)$/m.exec(banner)?.[1]
  if (address === undefined)
    throw new Error('anvil listens somewhere else than on 127.0.0.1: is it version 1.7.1?')
  return `http://${address}`
}

/** The two lists of anvil's banner, which name an account and its key by the same number. */
function parseAccounts(banner: string): readonly DevnetAccount[] {
  const keys = new Map<string, string>()
  for (const [, index = '', key = ''] of banner.matchAll(/^\((\d+)\) (0x[0-9a-f]{64})$/gm))
    keys.set(index, key)
  const accounts: DevnetAccount[] = []
  for (const [, index = '', address = ''] of banner.matchAll(/^\((\d+)\) (0x[0-9a-fA-F]{40}) /gm)) {
    const privateKey = keys.get(index)
    if (privateKey !== undefined) accounts.push(Object.freeze({ address, privateKey }))
  }
  if (accounts.length === 0) throw new Error('anvil named no accounts: is it version 1.7.1?')
  return Object.freeze(accounts)
}
