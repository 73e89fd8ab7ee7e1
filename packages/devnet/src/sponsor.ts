import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { IdentityContracts } from './identity-contracts.ts'
import type { JsonRpc } from './json-rpc.ts'

/** A sponsor on the devnet's chain, which pays for whoever shows a fuel token of its issuer. */
export interface DevnetSponsor {
  /** No slash at the end. */
  readonly url: string
  /** The account that pays. It has 1 000 ether; nothing else may send from it. */
  readonly address: string
  /** Who issues fuel tokens. Its key, `0x` hex, is public knowledge, so that other processes can issue them too. */
  readonly issuer: { readonly did: string; readonly privateKey: string }
  /** Issues a fuel token for a device address; it is valid for an hour. */
  fuelToken(deviceAddress: string): Promise<string>
}

export interface SponsorParts {
  readonly rpc: JsonRpc
  readonly rpcUrl: string
  readonly chainId: bigint
  readonly contracts: IdentityContracts
  readonly port: number
  /** Where outbox and budgets are kept; in memory without it. */
  readonly directory: string | undefined
}

const fund = 1_000n * 10n ** 18n
const oneHour = 3_600

/** Budgets and rates that tests and demos do not reach by accident. */
const budgets = { perToken: 10n ** 18n, perAddressAndDay: 10n ** 18n, perDay: fund, perTopUp: 10n ** 18n }
const limits = { pollSeconds: 0.1, subjectBurst: 1_000, addressBurst: 10_000, addressPerSecond: 1_000 }

/** Starts the sponsor; `close` ends it. Its code is loaded here, since most devnets have none. */
export async function startSponsor(parts: SponsorParts): Promise<DevnetSponsor & { close(): Promise<void> }> {
  const { importKey, issueFuelToken, startSponsorServer } = await import('@uport-kit/sponsor-server')
  const payer = await importKey(publicKeyOf('payer'))
  const privateKey = publicKeyOf('issuer')
  const issuer = await importKey(privateKey)
  await parts.rpc('anvil_setBalance', payer.address, `0x${fund.toString(16)}`)
  const { keys, keyId } = payer
  const { txRelay, metaIdentityManager } = parts.contracts
  const server = await startSponsorServer({
    keys,
    keyId,
    rpc: parts.rpcUrl,
    chainId: parts.chainId,
    issuers: [{ did: issuer.did }],
    txRelay,
    identityManager: metaIdentityManager,
    port: parts.port,
    budgets,
    limits,
    ...(parts.directory === undefined ? {} : { dataDirectory: join(parts.directory, 'sponsor') }),
  })
  return Object.freeze({
    url: server.url,
    address: server.address,
    issuer: Object.freeze({ did: issuer.did, privateKey }),
    fuelToken: (subject: string) => issueFuelToken({ subject, expiresIn: oneHour }, issuer),
    close: () => server.close(),
  })
}

/** A private key that everybody knows. */
function publicKeyOf(name: string): string {
  return `0x${createHash('sha256').update(`uport devnet sponsor ${name}`).digest('hex')}`
}
