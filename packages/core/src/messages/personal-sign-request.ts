import { decodeUtf8 } from '../bytes/utf8.ts'
import { parseAccountReference } from '../identity/account-reference.ts'
import { parseNetworkId } from '../identity/network-id.ts'
import type { JsonObject } from '../ports/json.ts'
import { parseSigner } from './claim-signature-request.ts'
import { MESSAGE_LIMITS, member, optionalText, refuseRequest } from './members.ts'
import { personalMessageBytes } from './personal-message.ts'

/** A request to sign a message with an account (`personalSigReq`), read. */
export interface PersonalSignRequest {
  readonly type: 'personalSigReq'
  /** As written: text, or `0x` hex. */
  readonly data: string
  /** What is signed. */
  readonly message: Uint8Array
  /** The message as text, where it is text. */
  readonly text?: string | undefined
  /** The account that must sign: `0x` and 40 lower-case hex digits. */
  readonly from?: string | undefined
  /** `0x` hex. */
  readonly network?: string | undefined
  /** The DID or MNID that must answer, as written. */
  readonly signer?: string | undefined
}

/** The specification's text and the code of all peers differ in the name. */
export const PERSONAL_SIGN_TYPES = ['personalSigReq', 'personalSignReq'] as const

/**
 * Reads the payload of a `personalSigReq` (also written `personalSignReq`).
 *
 * @throws UportError `REQUEST_INVALID` naming the member
 */
export function parsePersonalSignRequest(payload: JsonObject): PersonalSignRequest {
  if (!PERSONAL_SIGN_TYPES.some((type) => type === payload['type'])) {
    return refuseRequest('type', 'is not personalSigReq')
  }
  const data = member(payload, 'data')
  if (typeof data !== 'string') return refuseRequest('data', 'is not text')
  if (data.length > MESSAGE_LIMITS.tokenLength) return refuseRequest('data', 'is too long')
  const message = personalMessageBytes(data)
  return {
    type: 'personalSigReq',
    data,
    message,
    text: decodeUtf8(message),
    from: parseFrom(payload),
    network: parseNetwork(payload),
    signer: parseSigner(payload),
  }
}

function parseFrom(payload: JsonObject): string | undefined {
  const from = optionalText(payload, 'from', 'from', refuseRequest)
  if (from === undefined) return undefined
  return parseAccountReference(from)?.address ?? refuseRequest('from', 'names no account')
}

function parseNetwork(payload: JsonObject): string | undefined {
  const net = optionalText(payload, 'net', 'net', refuseRequest)
  if (net === undefined) return undefined
  try {
    parseNetworkId(net)
    return net
  } catch {
    return refuseRequest('net', 'is not a 0x hexadecimal network id')
  }
}
