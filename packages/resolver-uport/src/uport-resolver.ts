import {
  type ContentSource,
  cidFromDigest,
  type Did,
  type DidResolver,
  decodeUtf8,
  foldDid,
  networkToHex,
  type Options,
  parseDid,
  parseMnid,
  type ResolvedDid,
  type ResolveOptions,
  readEncryptionKey,
  toDidDocument,
  UportError,
} from '@uport-kit/core'
import type {} from './errors.ts'
import { digestFromWord, parseWord, profileCallData } from './registry.ts'
import {
  type Network,
  readContentSource,
  readNetworks,
  type UportResolverOptions,
} from './resolver-options.ts'

/**
 * Resolves did:uport and bare MNIDs: the account and network inside the MNID, the network's registry for the hash of the
 * document, IPFS for its bytes, which are hashed before anything reads them.
 *
 * Every call asks the registry; only content, which its hash names for good, is kept. `versionId` is the CID.
 */
export class UportResolver implements DidResolver {
  readonly methods: readonly string[] = Object.freeze(['uport'])
  readonly #networks: ReadonlyMap<bigint, Network>
  readonly #content: ContentSource
  readonly #maxDocumentBytes: number

  /** @throws TypeError that names the option which is wrong */
  constructor(options: UportResolverOptions) {
    this.#networks = readNetworks(options)
    this.#content = readContentSource(options)
    this.#maxDocumentBytes = options.maxDocumentBytes ?? 65_536
  }

  /**
   * @param did did:uport, or a bare MNID
   * @throws UportError `DID_INVALID`, `DID_METHOD_UNSUPPORTED`, `MNID_INVALID`, `DID_VERSION_UNSUPPORTED`; `NETWORK_UNKNOWN`; `RPC_UNAVAILABLE`,
   * `RPC_QUORUM_UNREACHED`, `RPC_DISAGREE`, `RPC_WRONG_CHAIN`, `REGISTRY_NOT_DEPLOYED`, `IDENTITY_NOT_REGISTERED`;
   * `CONTENT_NOT_FOUND`, `CONTENT_MISMATCH`, `CONTENT_TOO_LARGE`; `IDENTITY_DOCUMENT_INVALID`, `DID_DOCUMENT_INVALID`,
   * `DID_DOCUMENT_ID_MISMATCH`
   */
  async resolve(did: Did, options: ResolveOptions = {}): Promise<ResolvedDid> {
    const folded = foldDid(did)
    const { method, id: mnid } = parseDid(folded)
    if (!this.methods.includes(method)) throw methodUnsupported(method, this.methods)
    const { network: id, address } = parseMnid(mnid)
    if (options.versionTime !== undefined) throw versionUnsupported()
    const network = this.#networks.get(id) ?? this.#unknown(id)
    const { signal } = options
    const { digest, blockNumber } = await readRegistry(network, folded, address, { signal })
    const cid = cidFromDigest(digest)
    const bytes = await this.#content.get(cid, { maxBytes: this.#maxDocumentBytes }, { signal })
    return Object.freeze({
      did: folded,
      document: toDidDocument(parseStored(bytes), folded),
      versionId: cid,
      metadata: Object.freeze({
        network: network.id,
        registry: network.registry,
        ...(blockNumber === undefined ? {} : { blockNumber: blockNumber.toString() }),
      }),
    })
  }

  /**
   * The x25519 key that an identity's document names for messages to it.
   *
   * @returns 32 bytes, or undefined where the document names none
   * @throws UportError as `resolve`
   */
  async resolveEncryptionKey(did: Did, options: Options = {}): Promise<Uint8Array | undefined> {
    return readEncryptionKey((await this.resolve(did, options)).document)
  }

  #unknown(id: bigint): never {
    const network = networkToHex(id)
    const known = [...this.#networks.values()].map((each) => each.id)
    const message = `Network ${network} is not configured: add its RPC endpoints and its registry`
    throw new UportError('NETWORK_UNKNOWN', message, { data: { network, known } })
  }
}

async function readRegistry(
  network: Network,
  did: string,
  address: string,
  options: Options,
): Promise<{ digest: Uint8Array; blockNumber: bigint | undefined }> {
  const { id, registry, reader } = network
  const params = [{ to: registry, data: profileCallData(address) }]
  const { result, blockNumber } = await reader.read({ method: 'eth_call', params, parse: parseWord }, options)
  if (result === '0x') throw await notDeployed(network, options)
  const digest = digestFromWord(result)
  if (digest !== undefined) return { digest, blockNumber }
  const message = 'The identity has registered no document: its owner must register one'
  throw new UportError('IDENTITY_NOT_REGISTERED', message, { data: { did, network: id, registry } })
}

async function notDeployed({ id, registry, reader }: Network, options: Options): Promise<UportError> {
  const { result } = await reader.read(
    { method: 'eth_getCode', params: [registry], parse: parseCode },
    options,
  )
  const hasCode = result === 'code'
  const what = hasCode ? 'Another contract than the uPort registry is' : 'No contract is'
  const message = `${what} at ${registry} on network ${id}: correct the configured registry`
  return new UportError('REGISTRY_NOT_DEPLOYED', message, { data: { network: id, registry, hasCode } })
}

/** What counts is whether there is code: clients write "none" in two ways. */
function parseCode(result: unknown): string {
  if (typeof result !== 'string' || !/^0x[0-9a-f]*$/i.test(result)) throw new Error('The result is not code')
  return /^0x0*$/.test(result) ? 'none' : 'code'
}

function parseStored(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes) ?? '')
  } catch {
    const message = 'The stored document is not JSON in UTF-8: its owner must publish another'
    throw new UportError('IDENTITY_DOCUMENT_INVALID', message, { data: { reason: 'not JSON' } })
  }
}

function versionUnsupported(): UportError<'DID_VERSION_UNSUPPORTED'> {
  const message = 'The uPort registry keeps no history: resolve without versionTime'
  return new UportError('DID_VERSION_UNSUPPORTED', message, { data: { method: 'uport' } })
}

function methodUnsupported(method: string, known: readonly string[]): UportError<'DID_METHOD_UNSUPPORTED'> {
  const message = 'This resolver knows did:uport alone: ask the one of the method'
  return new UportError('DID_METHOD_UNSUPPORTED', message, { data: { method, known } })
}
