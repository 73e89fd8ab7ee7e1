import { isUportError, type KeyStore } from '@uport-kit/core'
import { KeyStoreSigner } from '@uport-kit/core/ethereum'
import { bestEngine } from '@uport-kit/engine-native'
import { openFileKeyStore } from '@uport-kit/key-store-file'
import type { Logger } from '@uport-kit/server-operations'
import {
  createJsonLogger,
  createPrometheus,
  createTextLogger,
  startOperationsServer,
} from '@uport-kit/server-operations/command'
import { importKey } from './import-key.ts'
import { type KeySource, parseSponsorCommand, SPONSOR_HELP, type SponsorConfig } from './sponsor-config.ts'
import { type SponsorLog, sponsorLog } from './sponsor-log.ts'
import { type SponsorServer, startSponsorServer } from './sponsor-server.ts'

export interface SponsorCommandIo {
  /** Writes a line to standard output. */
  out(line: string): void
  /** Writes a line to standard error. */
  err(line: string): void
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Aborting it stops the sponsor. */
  readonly signal: AbortSignal
}

/**
 * Runs the `uport-sponsor` command until the signal aborts.
 *
 * @returns the exit code: 0 after a stop, 2 for a mistake in flags, environment or file, 1 for any other failure
 */
export async function runSponsorCommand(args: readonly string[], io: SponsorCommandIo): Promise<number> {
  try {
    const command = parseSponsorCommand(args, io.environment)
    if (command.kind === 'help') io.out(SPONSOR_HELP.trimEnd())
    else await run(command.config, io)
    return 0
  } catch (cause) {
    if (!isUportError(cause)) throw cause
    io.err(`uport-sponsor: ${cause.message}`)
    return cause.code === 'SPONSOR_CONFIG_INVALID' ? 2 : 1
  }
}

async function run(config: SponsorConfig, io: SponsorCommandIo): Promise<void> {
  const { json, logLevel, metricsPort, metricsHost, key, ...options } = config
  const log = sponsorLog(createLogger(config, io))
  const accessLog = logLevel === 'debug' ? log : undefined
  const prometheus = metricsPort === undefined ? undefined : createPrometheus()
  const telemetry = { sinks: prometheus === undefined ? [] : [prometheus.sink] }
  const parts = { ...(await openKey(key)), engine: bestEngine(), log, accessLog, telemetry }
  const server = await startSponsorServer({ ...options, ...parts })
  try {
    const operations =
      prometheus === undefined || metricsPort === undefined
        ? undefined
        : await startOperations(server, { host: metricsHost, port: metricsPort, prometheus }, log)
    await aborted(io.signal)
    // Answers to the end: whoever watches reads that it is not ready any more.
    await server.close()
    await operations?.close()
  } finally {
    await server.close()
  }
}

function createLogger({ json, logLevel: level = 'info' }: SponsorConfig, io: SponsorCommandIo): Logger {
  return json
    ? createJsonLogger({ name: 'uport-sponsor', level, write: (line) => io.out(line) })
    : createTextLogger({ level, out: (line) => io.out(line), err: (line) => io.err(line) })
}

async function startOperations(
  server: SponsorServer,
  options: Omit<Parameters<typeof startOperationsServer>[0], 'isReady'>,
  log: SponsorLog,
): ReturnType<typeof startOperationsServer> {
  const operations = await startOperationsServer({ ...options, isReady: () => server.isReady() })
  log({ event: 'operations', url: operations.url })
  return operations
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

async function openKey(key: KeySource): Promise<{ readonly keys: KeyStore; readonly keyId: string }> {
  if (key.kind === 'environment') {
    const { keys, keyId } = await importKey(key.privateKey)
    return { keys, keyId }
  }
  const { directory, passphrase, keyId } = key
  const keys = await openFileKeyStore({ directory, passphrase })
  // A wrong passphrase shows now, not when the first payment is due.
  await new KeyStoreSigner(keys, keyId).signMessage('uport-sponsor')
  return { keys, keyId }
}
