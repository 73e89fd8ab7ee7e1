import { isUportError, type KeyStore } from '@uport-kit/core'
import { KeyStoreSigner } from '@uport-kit/core/ethereum'
import { openFileKeyStore } from '@uport-kit/key-store-file'
import { importKey } from './import-key.ts'
import { type KeySource, parseSponsorCommand, SPONSOR_HELP, type SponsorConfig } from './sponsor-config.ts'
import type { SponsorEvent } from './sponsor-log.ts'
import { startSponsorServer } from './sponsor-server.ts'

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

async function run({ json, key, ...options }: SponsorConfig, io: SponsorCommandIo): Promise<void> {
  const log = (event: SponsorEvent): void => {
    const line = json ? JSON.stringify(event) : eventText(event)
    if (event.event === 'failed' || event.event === 'stuck' || event.event === 'lost') io.err(line)
    else io.out(line)
  }
  const server = await startSponsorServer({ ...options, ...(await openKey(key)), log })
  if (!io.signal.aborted)
    await new Promise<void>((resolve) => {
      io.signal.addEventListener('abort', () => resolve(), { once: true })
    })
  await server.close()
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

function eventText(event: SponsorEvent): string {
  switch (event.event) {
    case 'started':
      return `uport-sponsor listening on ${event.url}, paying from ${event.address}${event.dryRun ? ' (dry run: nothing is sent)' : ''}`
    case 'stopped':
      return 'uport-sponsor stopped'
    case 'sent':
      return `sent ${event.kind} ${event.hash} (nonce ${event.nonce})`
    case 'included':
      return `${event.succeeded ? 'included' : 'reverted'} ${event.kind} ${event.hash} (nonce ${event.nonce}, ${event.cost} wei)`
    case 'replaced':
      return `replaced nonce ${event.nonce} by ${event.hash}`
    case 'stuck':
      return `stuck at nonce ${event.nonce}: ${event.hash} may not pay more`
    case 'lost':
      return `lost nonce ${event.nonce}: something else sends from this account`
    case 'refused':
      return `refused ${event.operation}: ${event.code}`
    case 'failed':
      return `uport-sponsor: ${event.operation} failed: ${event.error}`
  }
}
