import { isUportError, systemClock } from '@uport-kit/core'
import {
  type CommandIo,
  createCommandLogger,
  runCommand,
  runServer,
} from '@uport-kit/server-operations/command'
import { configInvalid } from './config-invalid.ts'
import { openPush } from './push/open-push.ts'
import {
  parseRelayCommand,
  RELAY_FLAG_NAMES,
  RELAY_FLAGS,
  RELAY_HELP,
  type RelayConfig,
} from './relay-config.ts'
import { createRelayLimits } from './relay-limits.ts'
import { relayLog } from './relay-log.ts'
import { startRelayServer } from './relay-server.ts'
import { loadStoreModule, type RelayStores } from './store-module.ts'

const NAME = 'uport-relay'

/**
 * Runs the `uport-relay` command until the signal aborts.
 *
 * @returns the exit code: 0 after a stop, 2 for a mistake on the command line or in the file, 1 for any other failure
 */
export function runRelayCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const command = {
    name: NAME,
    args,
    flags: Object.keys(RELAY_FLAGS),
    renamed: RELAY_FLAG_NAMES,
    mistakeOf: (cause: unknown) => (isUportError(cause, 'RELAY_CONFIG_INVALID') ? cause.data : undefined),
  }
  return runCommand(command, io, async () => {
    const parsed = parseRelayCommand(args)
    if (parsed.kind === 'help') io.out(RELAY_HELP.trimEnd())
    else await run(parsed.config, io)
  })
}

async function run(config: RelayConfig, io: CommandIo): Promise<void> {
  const { json, logLevel, memory: _, storeModule, metricsPort, metricsHost, ...options } = config
  const { push, close: closePush } = await openPush(config)
  const log = relayLog(createCommandLogger(NAME, config, io))
  const accessLog = logLevel === 'debug' ? log : undefined
  const stores = storeModule === undefined ? undefined : await openStores(storeModule, options.limits)
  try {
    const { close: _close, ...parts } = stores ?? { close: undefined }
    const start: Parameters<typeof runServer>[0]['start'] = async (telemetry) => {
      const server = await startRelayServer({ ...options, ...parts, push, log, accessLog, telemetry })
      if (push !== undefined) log({ event: 'push', methods: push.resolver.methods })
      return server
    }
    await runServer({ metricsPort, metricsHost, log, start }, io.signal)
  } finally {
    await Promise.all([stores?.close(), closePush()])
  }
}

async function openStores(module: string, limits: RelayConfig['limits']): Promise<RelayStores> {
  const open = await loadStoreModule(module)
  try {
    return await open({ clock: systemClock(), limits: createRelayLimits(limits) })
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    // The module's own word on its settings.
    throw configInvalid('store', cause.message.split('\n')[0] ?? '', cause)
  }
}
