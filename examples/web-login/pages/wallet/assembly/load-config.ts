import type { WorldConfig } from '../../../src/shared/world-config.ts'

export interface LoadOptions {
  readonly fetcher?: typeof fetch | undefined
  /** Milliseconds until the answer must be there. Default 20 000. */
  readonly timeoutMs?: number | undefined
}

/**
 * Reads what the wallet's own server says of the world.
 *
 * @throws Error where it cannot be read in time
 */
export async function loadConfig({
  fetcher = (...call) => fetch(...call),
  timeoutMs = 20_000,
}: LoadOptions = {}): Promise<WorldConfig> {
  return parseConfig(await readJson(fetcher, AbortSignal.timeout(timeoutMs)))
}

async function readJson(fetcher: typeof fetch, signal: AbortSignal): Promise<unknown> {
  try {
    const response = await fetcher('/config.json', { signal })
    if (response.ok) return await response.json()
  } catch (cause) {
    throw unanswered(cause)
  }
  throw unanswered()
}

function unanswered(cause?: unknown): Error {
  return new Error('The wallet’s server does not answer; check the connection, and try again.', { cause })
}

const ADDRESSES = [
  'gatewayUrl',
  'ipfsApiUrl',
  'relayUrl',
  'pushUrl',
  'appUrl',
  'issuerUrl',
  'walletUrl',
] as const

/** @throws Error where a member is missing: better now than in the middle of something */
function parseConfig(value: unknown): WorldConfig {
  const config = Object(value) as WorldConfig
  const { network } = config
  const isWhole =
    ADDRESSES.every((name) => URL.canParse(config[name])) &&
    URL.canParse(network?.rpcUrl) &&
    /^0x[0-9a-f]+$/.test(network.id) &&
    /^0x[0-9a-fA-F]{40}$/.test(network.registry)
  if (!isWhole) throw new Error('The wallet’s server sends no usable configuration; try again.')
  return config
}
