import { sha256 } from '../src/bytes/hash.ts'
import { encodeHex } from '../src/bytes/hex.ts'
import { encodeUtf8 } from '../src/bytes/utf8.ts'
import { UportError } from '../src/errors/uport-error.ts'
import { createDidDocument } from '../src/identity/legacy-conversion.ts'
import { encodeMnid } from '../src/identity/mnid.ts'
import { memoryBoxKeys } from '../src/keys/memory-box-keys.ts'
import { MemoryKeyStore } from '../src/keys/memory-key-store.ts'
import type { Did, DidDocument, DidResolver, Identity, JsonObject } from '../src/ports/index.ts'

/** An identity made from a name: the same name, the same keys. */
export interface Party {
  readonly identity: Identity
  readonly did: Did
  readonly document: DidDocument
}

export async function createParty(name: string, profile: JsonObject = {}): Promise<Party> {
  const keys = new MemoryKeyStore()
  const privateKey = sha256(encodeUtf8(`test party ${name}`))
  const { publicKey } = await keys.import(privateKey, { keyId: name })
  const address = `0x${encodeHex(sha256(privateKey)).slice(0, 40)}`
  const did: Did = `did:uport:${encodeMnid({ network: 1n, address })}`
  const document = createDidDocument({ did, publicKey: publicKey, profile })
  return { identity: { did, keyId: name, keys, boxKeys: memoryBoxKeys() }, did, document }
}

/** Answers with the documents of these parties; `fail` makes it fail like a network until told otherwise. */
export class PartyResolver implements DidResolver {
  readonly methods = ['uport']
  readonly #documents: Map<string, DidDocument>
  readonly asked: { readonly did: string; readonly fresh: boolean }[] = []
  readonly failing = new Set<string>()

  constructor(parties: readonly Party[]) {
    this.#documents = new Map(parties.map(({ did, document }) => [did, document]))
  }

  set(did: Did, document: DidDocument): void {
    this.#documents.set(did, document)
  }

  async resolve(did: Did, options: { readonly fresh?: boolean | undefined } = {}) {
    this.asked.push({ did, fresh: options.fresh === true })
    if (this.failing.has(did)) {
      throw new UportError('DID_RESOLUTION_FAILED', 'no network', { data: { did }, retryable: true })
    }
    const document = this.#documents.get(did)
    if (document === undefined) throw new UportError('DID_NOT_FOUND', 'nobody', { data: { did } })
    return { did, document }
  }
}
