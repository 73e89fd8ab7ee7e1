import { isUportError, systemClock, UportError } from '@uport-kit/core'
import { parseRelayCommand, RELAY_HELP, type RelayConfig } from './relay-config.ts'
import { createRelayLimits } from './relay-limits.ts'
import type { RelayEvent } from './relay-log.ts'
import { startRelayServer } from './relay-server.ts'
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

async function run(
  { json, memory: _, storeModule, ...options }: RelayConfig,
  io: RelayCommandIo,
): Promise<void> {
  const log = (event: RelayEvent): void => {
    const line = json === true ? JSON.stringify(event) : eventText(event)
    if (event.event === 'failed') io.err(line)
    else io.out(line)
  }
  const stores = storeModule === undefined ? undefined : await openStores(storeModule, options.limits)
  try {
    const { close: _close, ...parts } = stores ?? { close: undefined }
    const server = await startRelayServer({ ...options, ...parts, log })
    if (!io.signal.aborted)
      await new Promise<void>((resolve) => {
        io.signal.addEventListener('abort', () => resolve(), { once: true })
      })
    await server.close()
  } finally {
    await stores?.close()
  }
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

function eventText(event: RelayEvent): string {
  switch (event.event) {
    case 'started':
      return `uport-relay listening on ${event.url}`
    case 'stopped':
      return 'uport-relay stopped'
    case 'failed':
      return `uport-relay: ${event.operation} failed: ${event.error}`
  }
}
