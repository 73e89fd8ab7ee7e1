import { isUportError, type KeyStore } from '@uport-kit/core'
import { KeyStoreSigner } from '@uport-kit/core/ethereum'
import { bestEngine } from '@uport-kit/engine-native'
import { openFileKeyStore } from '@uport-kit/key-store-file'
import {
  type CommandIo,
  createCommandLogger,
  runCommand,
  runServer,
} from '@uport-kit/server-operations/command'
import { importKey } from './import-key.ts'
import {
  type KeySource,
  parseSponsorCommand,
  SPONSOR_FLAG_NAMES,
  SPONSOR_FLAGS,
  SPONSOR_HELP,
  type SponsorConfig,
} from './sponsor-config.ts'
import { sponsorLog } from './sponsor-log.ts'
import { startSponsorServer } from './sponsor-server.ts'

const NAME = 'uport-sponsor'

export interface SponsorCommandIo extends CommandIo {
  readonly environment: Readonly<Record<string, string | undefined>>
}

/**
 * Runs the `uport-sponsor` command until the signal aborts.
 *
 * @returns the exit code: 0 after a stop, 2 for a mistake in flags, environment or file, 1 for any other failure
 */
export function runSponsorCommand(args: readonly string[], io: SponsorCommandIo): Promise<number> {
  const command = {
    name: NAME,
    args,
    flags: Object.keys(SPONSOR_FLAGS),
    renamed: SPONSOR_FLAG_NAMES,
    mistakeOf: (cause: unknown) => (isUportError(cause, 'SPONSOR_CONFIG_INVALID') ? cause.data : undefined),
  }
  return runCommand(command, io, async () => {
    const parsed = parseSponsorCommand(args, io.environment)
    if (parsed.kind === 'help') io.out(SPONSOR_HELP.trimEnd())
    else await run(parsed.config, io)
  })
}

async function run(config: SponsorConfig, io: SponsorCommandIo): Promise<void> {
  const { json, logLevel, metricsPort, metricsHost, key, ...options } = config
  const log = sponsorLog(createCommandLogger(NAME, config, io))
  const accessLog = logLevel === 'debug' ? log : undefined
  const parts = { ...(await openKey(key)), engine: bestEngine(), log, accessLog }
  await runServer(
    {
      metricsPort,
      metricsHost,
      log,
      start: (telemetry) => startSponsorServer({ ...options, ...parts, telemetry }),
    },
    io.signal,
  )
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
