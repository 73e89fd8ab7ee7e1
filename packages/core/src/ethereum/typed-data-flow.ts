import { equalBytes } from '../bytes/equal.ts'
import { UportError } from '../errors/uport-error.ts'
import { assertReadable } from '../flows/assert-readable.ts'
import { defineRequestFlow, type Outcome, type RequestFlowOf } from '../flows/flow.ts'
import { signerMismatch } from '../flows/signer-mismatch.ts'
import { copyJson } from '../identity/copy-json.ts'
import { sameDid } from '../identity/did.ts'
import { isJsonObject } from '../identity/is-json-object.ts'
import {
  type AccountSignature,
  parseAccountSignature,
  recoverAccount,
} from '../messages/account-signature.ts'
import { member, refuseReply } from '../messages/members.ts'
import type { Did } from '../ports/did.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import { checkTypedData, domainFields, type TypedData } from './typed-data.ts'
import { networkMember, parseTypedDataRequest } from './typed-data-request.ts'

export interface TypedDataParams {
  /** As EIP-712 has it. `types.EIP712Domain` may be left out, as with ethers: it is then made to fit the domain. */
  readonly typedData: {
    readonly types: {
      readonly [struct: string]: readonly { readonly name: string; readonly type: string }[]
    }
    readonly primaryType: string
    readonly domain: JsonObject
    readonly message: JsonObject
  }
  /** The account that must sign: an address, an MNID, or a DID with either in it. */
  readonly from?: string | undefined
  /** The chain of that account, as a number or `0x` hex. */
  readonly network?: bigint | string | undefined
  /** Who must answer (`riss`). */
  readonly signer?: Did | undefined
  /** Credentials about the app: JWTs or `/ipfs/` links. */
  readonly vc?: readonly string[] | undefined
}

/** Typed data that an account signed. */
export interface SignedTypedData extends Outcome {
  /** Who answered. That this identity and `signer` belong together is their word unless `from` was asked for. */
  readonly did: Did
  readonly typedData: TypedData
  readonly signature: AccountSignature
  /** The account that signed, recovered from the signature; lower case. */
  readonly signer: string
  /** The reply itself. */
  readonly jwt: string
  readonly sealed: boolean
  /** `channel`: an old wallet's reply, which does not repeat the request and only came by its channel. */
  readonly bound: 'request' | 'channel'
  /** Seconds of clock tolerance that the reply needed. */
  readonly skewUsed: number
}

const LIMITS = Object.freeze({ maxSize: 65_536, maxDepth: 24 })

function createPayload(params: TypedDataParams): JsonObject {
  const { typedData, from, network, signer, vc } = params
  const payload: Record<string, Json> = { typedData: withDomainType(typedData) }
  if (from !== undefined) payload['from'] = from
  if (network !== undefined) payload['net'] = networkMember(network)
  if (signer !== undefined) payload['riss'] = signer
  if (vc !== undefined) payload['vc'] = [...vc]
  assertReadable('typedData', { ...payload, type: 'eip712Req' }, parseTypedDataRequest)
  return payload
}

function withDomainType(typedData: TypedDataParams['typedData']): JsonObject {
  const copy = copyJson(typedData, LIMITS)
  if (!isJsonObject(copy)) throw new TypeError('typedData: it must be JSON of at most 64 KiB')
  const { types, domain } = copy
  if (!isJsonObject(types) || !isJsonObject(domain) || Object.hasOwn(types, 'EIP712Domain')) return copy
  const fields = domainFields(domain).map((field) => ({ ...field }))
  return { ...copy, types: { EIP712Domain: fields, ...types } }
}

/** Asks for a signature over typed data (EIP-712) by an account of the person. */
export const typedData: RequestFlowOf<TypedDataParams, SignedTypedData> = defineRequestFlow<
  TypedDataParams,
  SignedTypedData
>({
  requestTypes: ['eip712Req'],
  binding: 'channel',
  memberOrder: ['typedData', 'from', 'net', 'riss', 'callback'],
  createPayload,
  async verifyReply(params, context) {
    const asked = parseTypedDataRequest(context.request.payload)
    const rules = { type: 'eip712Resp', echo: false, standalone: true }
    const reply = await context.verifyReplyJwt(replyToken(params), rules)
    if (asked.signer !== undefined && !sameDid(asked.signer, reply.issuer)) {
      throw signerMismatch('riss', asked.signer, reply.issuer)
    }
    const answered = checkTypedData(member(reply.payload, 'request'), 'request', refuseReply)
    if (!equalBytes(answered.hash.digest, asked.hash.digest)) {
      throw new UportError('REPLY_CONTENT_MISMATCH', 'The reply signs other typed data than was asked for.', {
        data: { member: 'request' },
      })
    }
    const signature = parseAccountSignature(member(reply.payload, 'signature'), 'signature', refuseReply)
    const signer = recoverAccount(signature, asked.hash.digest, context.engine)
    if (signer === undefined) return refuseReply('signature', 'is not one of any account')
    if (asked.from !== undefined && signer !== asked.from) throw signerMismatch('from', asked.from, signer)
    return {
      did: reply.issuer,
      requestId: context.requestId,
      typedData: asked.typedData,
      signature,
      signer,
      jwt: reply.jwt,
      sealed: context.sealed,
      bound: reply.bound,
      skewUsed: reply.skewUsed,
    }
  },
})

function replyToken(params: Readonly<Record<string, string>>): string {
  return params['typedDataSig'] ?? refuseReply('typedDataSig', 'is missing')
}
