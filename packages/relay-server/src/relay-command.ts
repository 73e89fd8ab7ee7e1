import { isUportError, systemClock, UportError } from '@uport-kit/core'
import type { Logger } from '@uport-kit/server-operations'
import {
  createJsonLogger,
  createPrometheus,
  createTextLogger,
  startOperationsServer,
} from '@uport-kit/server-operations/command'
import { openPush } from './push/open-push.ts'
import { parseRelayCommand, RELAY_HELP, type RelayConfig } from './relay-config.ts'
import { createRelayLimits } from './relay-limits.ts'
import { type RelayLog, relayLog } from './relay-log.ts'
import { type RelayServer, startRelayServer } from './relay-server.ts'
import { loadStoreModule, type RelayStores } from './store-module.ts'

export interface RelayCommandIo {
  /** Writes a line to standard output. */
  out(line: string): void
  /** Writes a line to standard error. */
  err(line: string): void
  /** Aborting it stops the relay. */
  readonly signal: AbortSignal
}

/**
 * Runs the `uport-relay` command until the signal aborts.
 *
 * @returns the exit code: 0 after a stop, 2 for a mistake on the command line or in the file, 1 for any other failure
 */
export async function runRelayCommand(args: readonly string[], io: RelayCommandIo): Promise<number> {
  try {
    const command = parseRelayCommand(args)
    if (command.kind === 'help') io.out(RELAY_HELP.trimEnd())
    else await run(command.config, io)
    return 0
  } catch (cause) {
    if (!isUportError(cause)) throw cause
    io.err(`uport-relay: ${cause.message}`)
    return cause.code === 'RELAY_CONFIG_INVALID' ? 2 : 1
  }
}

async function run(config: RelayConfig, io: RelayCommandIo): Promise<void> {
  const { json, logLevel, memory: _, storeModule, metricsPort, metricsHost, ...options } = config
  const { push, close: closePush } = await openPush(config)
  const log = relayLog(createLogger(config, io))
  const accessLog = logLevel === 'debug' ? log : undefined
  const stores = storeModule === undefined ? undefined : await openStores(storeModule, options.limits)
  try {
    const { close: _close, ...parts } = stores ?? { close: undefined }
    const prometheus = metricsPort === undefined ? undefined : createPrometheus()
    const telemetry = { sinks: prometheus === undefined ? [] : [prometheus.sink] }
    const server = await startRelayServer({ ...options, ...parts, push, log, accessLog, telemetry })
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
  } finally {
    await Promise.all([stores?.close(), closePush()])
  }
}

function createLogger({ json, logLevel: level = 'info' }: RelayConfig, io: RelayCommandIo): Logger {
  return json === true
    ? createJsonLogger({ name: 'uport-relay', level, write: (line) => io.out(line) })
    : createTextLogger({ level, out: (line) => io.out(line), err: (line) => io.err(line) })
}

async function startOperations(
  server: RelayServer,
  options: Omit<Parameters<typeof startOperationsServer>[0], 'isReady'>,
  log: RelayLog,
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

async function openStores(module: string, limits: RelayConfig['limits']): Promise<RelayStores> {
  const open = await loadStoreModule(module)
  try {
    return await open({ clock: systemClock(), limits: createRelayLimits(limits) })
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    // The module's own word on its settings.
    const reason = cause.message.split('\n')[0] ?? ''
    throw new UportError('RELAY_CONFIG_INVALID', `store: ${reason}.`, {
      data: { option: 'store', reason },
      cause,
    })
  }
}
