import { parseArgs } from 'node:util'
import type { Devnet, DevnetOptions } from './devnet.ts'

export const help = `uport-devnet: a chain with the original uPort contracts, IPFS, a message relay and, if wanted, a sponsor, on this machine

usage: uport-devnet [options]

  --rpc-port <n>       port of the Ethereum node       (default: a free one)
  --gateway-port <n>   port of the IPFS gateway        (default: a free one)
  --ipfs-api-port <n>  port of the Kubo RPC API        (default: a free one)
  --relay-port <n>     port of the message relay       (default: a free one)
  --sponsor            also run a sponsor, which pays for transactions
  --sponsor-port <n>   port of the sponsor             (default: a free one)
  --data-dir <path>    keep chain, files and messages here (default: nothing is kept)
  --json               print the endpoints as one line of JSON
  --help               print this

Everything listens on 127.0.0.1. Ctrl-C stops it.`

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'start'; readonly json: boolean; readonly options: DevnetOptions }

/**
 * Reads a command line, without the program's name.
 *
 * @throws TypeError with one line for the user.
 */
export function parseCommand(args: readonly string[]): Command {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'rpc-port': { type: 'string' },
      'gateway-port': { type: 'string' },
      'ipfs-api-port': { type: 'string' },
      'relay-port': { type: 'string' },
      sponsor: { type: 'boolean', default: false },
      'sponsor-port': { type: 'string' },
      'data-dir': { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return { kind: 'help' }
  const ports = {
    rpc: parsePort('--rpc-port', values['rpc-port']),
    gateway: parsePort('--gateway-port', values['gateway-port']),
    ipfsApi: parsePort('--ipfs-api-port', values['ipfs-api-port']),
    relay: parsePort('--relay-port', values['relay-port']),
    sponsor: parsePort('--sponsor-port', values['sponsor-port']),
  }
  const options = { ports, sponsor: values.sponsor, dataDirectory: values['data-dir'] }
  return { kind: 'start', json: values.json, options }
}

function parsePort(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new TypeError(`${name} is a number up to 65535`)
  return Number(text)
}

/** The endpoints for people, or as JSON for programs. */
export function describeDevnet(devnet: Devnet, json: boolean): string {
  const {
    rpcUrl,
    networkId,
    registry,
    identityContracts,
    gatewayUrl,
    ipfsApiUrl,
    relayUrl,
    sponsor,
    accounts,
  } = devnet
  const { identityManager, metaIdentityManager, txRelay } = identityContracts
  if (json) {
    const endpoints = {
      rpcUrl,
      networkId,
      registry,
      identityContracts,
      gatewayUrl,
      ipfsApiUrl,
      relayUrl,
      sponsor,
      accounts,
    }
    return JSON.stringify(endpoints)
  }
  return [
    `Ethereum node   ${rpcUrl} (network ${networkId})`,
    `UportRegistry   ${registry}`,
    `IdentityManager ${identityManager}`,
    `  with meta-tx  ${metaIdentityManager} (its TxRelay: ${txRelay})`,
    `IPFS gateway    ${gatewayUrl}/ipfs/`,
    `Kubo RPC API    ${ipfsApiUrl}/api/v0`,
    `message relay   ${relayUrl}`,
    ...(sponsor === undefined
      ? []
      : [`sponsor         ${sponsor.url} (takes fuel tokens of ${sponsor.issuer.did})`]),
    `funded account  ${accounts[0]?.address} (its key is public: ${accounts[0]?.privateKey})`,
    'Ctrl-C stops it.',
  ].join('\n')
}
