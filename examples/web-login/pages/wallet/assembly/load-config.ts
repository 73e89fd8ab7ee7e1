import type { WorldConfig } from '../../../src/shared/world-config.ts'

/**
 * Reads what the wallet's own server says of the world.
 *
 * @throws Error where it cannot be read
 */
export async function loadConfig(fetcher: typeof fetch = (...call) => fetch(...call)): Promise<WorldConfig> {
  const response = await fetcher('/config.json')
  if (!response.ok) throw new Error('The wallet’s server does not answer; try again.')
  return parseConfig(await response.json())
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
