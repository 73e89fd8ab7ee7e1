import { UportError } from '../errors/uport-error.ts'
import { defineReplyFlow, type ReplyFlow } from '../flows/flow.ts'
import { signerMismatch } from '../flows/signer-mismatch.ts'
import { sameDid } from '../identity/did.ts'
import { addressOf } from '../keys/address.ts'
import { toAccountSignature } from '../messages/account-signature.ts'
import type { KeyStore } from '../ports/key-store.ts'
import type { TypedData } from './typed-data.ts'
import { parseTypedDataRequest, type TypedDataRequest } from './typed-data-request.ts'

export interface TypedDataAnswer {
  /** The account that signs. Default: the key of the identity that answers. */
  readonly signer?: { readonly keys: KeyStore; readonly keyId: string } | undefined
}

/**
 * The wallet's half of the typed data flow. The key store sees purpose `typed-data`, the EIP-712 encoding and, as preview,
 * the typed data.
 *
 * `createReply` throws `SIGNER_MISMATCH` where the request names another account or identity than the ones that would sign,
 * `KEY_NOT_FOUND`, and the key store's own codes.
 */
export const answerTypedData: ReplyFlow<TypedDataRequest, TypedDataAnswer> = defineReplyFlow({
  requestTypes: ['eip712Req'],
  parseRequest: parseTypedDataRequest,
  async createReply(request: TypedDataRequest, answer: TypedDataAnswer, context) {
    const { identity, signal } = context
    if (request.signer !== undefined && !sameDid(request.signer, identity.did)) {
      throw signerMismatch('riss', request.signer, identity.did)
    }
    const { keys, keyId } = answer.signer ?? identity
    const address = await accountOf(keys, keyId, { signal })
    if (request.from !== undefined && request.from !== address) {
      throw signerMismatch('from', request.from, address)
    }
    const { typedData, hash } = request
    const { preimage, digest } = hash
    const context712 = {
      purpose: 'typed-data',
      hash: 'keccak256',
      preimage,
      preview: previewOf(typedData),
    } as const
    const signature = toAccountSignature(await keys.sign(keyId, digest, context712, { signal }))
    const payload = { type: 'eip712Resp', request: previewOf(typedData), signature: { ...signature } }
    return { typedDataSig: await context.sign(payload) }
  },
})

/** The account of a key: `0x` and 40 lower-case hex digits. */
export async function accountOf(
  keys: Pick<KeyStore, 'get'>,
  keyId: string,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<string> {
  const info = await keys.get(keyId, options)
  if (info !== undefined) return addressOf(info.publicKey)
  throw new UportError('KEY_NOT_FOUND', 'The store holds no key of this id: create or import it', {
    data: { keyId },
  })
}

function previewOf({ types, primaryType, domain, message }: TypedData) {
  const copied = Object.entries(types).map(
    ([name, fields]) => [name, fields.map((field) => ({ ...field }))] as const,
  )
  return { types: Object.fromEntries(copied), primaryType, domain, message }
}
