import type { Logger } from '../logger.ts'
import type { TelemetryOptions } from '../telemetry.ts'
import type { CommandIo } from './command-io.ts'
import { createJsonLogger } from './json-logger.ts'
import { type OperationsServer, startOperationsServer } from './operations-server.ts'
import { createPrometheus } from './prometheus.ts'
import type { ServerConfig } from './server-config.ts'
import { createTextLogger } from './text-logger.ts'

/** Logs as the operator has asked for: JSON, or messages for people. */
export function createCommandLogger(
  name: string,
  { json, logLevel: level = 'info' }: Pick<ServerConfig, 'json' | 'logLevel'>,
  io: Pick<CommandIo, 'out' | 'err'>,
): Logger {
  return json === true
    ? createJsonLogger({ name, level, write: (line) => io.out(line) })
    : createTextLogger({ level, out: (line) => io.out(line), err: (line) => io.err(line) })
}

/** A server that listens. */
export interface RunningServer {
  isReady(): Promise<boolean>
  close(): Promise<void>
}

export interface RunServerOptions extends Pick<ServerConfig, 'metricsPort' | 'metricsHost'> {
  readonly start: (telemetry: TelemetryOptions) => Promise<RunningServer>
  /** Is told where metrics and health are served. */
  readonly log: (event: { readonly event: 'operations'; readonly url: string }) => void
}

/**
 * Runs a server until the signal aborts, and the operator's beside it where there is a port for it: that listens first, so that nobody
 * reads that a server listens which then ends, and answers last, so that whoever watches reads that it is not ready any more.
 *
 * @throws UportError `OPERATIONS_ADDRESS_UNAVAILABLE`, and whatever `start` throws
 */
export async function runServer(options: RunServerOptions, signal: AbortSignal): Promise<void> {
  const { metricsPort: port, metricsHost: host, start, log } = options
  if (port === undefined) return runUntilAborted(await start({}), signal)
  const prometheus = createPrometheus()
  let server: RunningServer | undefined
  const isReady = async (): Promise<boolean> => (await server?.isReady()) === true
  const operations: OperationsServer = await startOperationsServer({ host, port, prometheus, isReady })
  try {
    server = await start({ sinks: [prometheus.sink] })
    log({ event: 'operations', url: operations.url })
    await runUntilAborted(server, signal)
  } finally {
    await operations.close()
  }
}

async function runUntilAborted(server: RunningServer, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await server.close()
}
