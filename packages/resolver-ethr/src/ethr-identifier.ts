import { createNobleEngine, type Did, decodeHex, parseDid, UportError } from '@uport-kit/core'

/** What the id of a did:ethr says. */
export interface EthrIdentifier {
  /** A configured name, or a chain id in hex. */
  readonly network: string
  /** An address, or a compressed public key whose address is meant: `0x` and lower-case hex. */
  readonly account: string
}

const ID = /^(?:(.{1,64}):)?(0x(?:[0-9a-f]{40}|0[23][0-9a-f]{64}))$/

/**
 * Takes a folded did:ethr apart.
 *
 * @throws UportError `DID_INVALID`
 */
export function parseEthrIdentifier(did: Did): EthrIdentifier {
  const [, network = 'mainnet', account] = ID.exec(parseDid(did).id) ?? []
  if (account !== undefined && isAccount(account)) return { network, account }
  throw new UportError(
    'DID_INVALID',
    'This is not a did:ethr. Its id ends in an address or a compressed key.',
  )
}

function isAccount(account: string): boolean {
  const bytes = decodeHex(account)
  return bytes?.length === 20 || (bytes !== undefined && createNobleEngine().decompress(bytes) !== undefined)
}
