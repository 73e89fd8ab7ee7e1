import { keccak256 } from '../bytes/hash.ts'
import { UportError } from '../errors/uport-error.ts'
import { sameDid } from '../identity/did.ts'
import { addressOf } from '../keys/address.ts'
import { toAccountSignature } from '../messages/account-signature.ts'
import { personalMessagePreimage, personalMessagePreview } from '../messages/personal-message.ts'
import {
  PERSONAL_SIGN_TYPES,
  type PersonalSignRequest,
  parsePersonalSignRequest,
} from '../messages/personal-sign-request.ts'
import type { KeyStore } from '../ports/key-store.ts'
import { defineReplyFlow, type ReplyFlow } from './flow.ts'
import { signerMismatch } from './signer-mismatch.ts'

export interface PersonalSignAnswer {
  /** The account that signs. Default: the key of the identity that answers. */
  readonly signer?: { readonly keys: KeyStore; readonly keyId: string } | undefined
}

/**
 * The wallet's half of the personal sign flow. The key store sees purpose `personal-message`, the EIP-191 bytes and, as
 * preview, the message.
 *
 * `createReply` throws `SIGNER_MISMATCH` where the request names another account or identity than the ones that would
 * sign, `KEY_NOT_FOUND`, and the key store's own codes.
 */
export const answerPersonalSign: ReplyFlow<PersonalSignRequest, PersonalSignAnswer> = defineReplyFlow({
  requestTypes: PERSONAL_SIGN_TYPES,
  parseRequest: parsePersonalSignRequest,
  async createReply(request: PersonalSignRequest, answer: PersonalSignAnswer, context) {
    const { identity, signal } = context
    if (request.signer !== undefined && !sameDid(request.signer, identity.did)) {
      throw signerMismatch('riss', request.signer, identity.did)
    }
    const { keys, keyId } = answer.signer ?? identity
    if (request.from !== undefined) {
      const address = await accountOf(keys, keyId, signal)
      if (address !== request.from) throw signerMismatch('from', request.from, address)
    }
    const preimage = personalMessagePreimage(request.message)
    const preview = personalMessagePreview(request.message)
    const signature = await keys.sign(
      keyId,
      keccak256(preimage),
      { purpose: 'personal-message', hash: 'keccak256', preimage, preview },
      { signal },
    )
    const payload = {
      type: 'personalSignResp',
      data: request.data,
      signature: { ...toAccountSignature(signature) },
    }
    return { personalSig: await context.sign(payload) }
  },
})

async function accountOf(keys: KeyStore, keyId: string, signal: AbortSignal | undefined): Promise<string> {
  const info = await keys.get(keyId, { signal })
  if (info !== undefined) return addressOf(info.publicKey)
  throw new UportError('KEY_NOT_FOUND', 'The store holds no key of this id: create or import it.', {
    data: { keyId },
  })
}
