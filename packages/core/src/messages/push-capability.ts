import { decodeBase64 } from '../bytes/base64.ts'
import type { JsonObject } from '../ports/json.ts'
import { member, optionalText, refuseReply } from './members.ts'

/** The type of a capability by which a user allows an application to push messages. */
export const PUSH_CAPABILITY = 'notifications'

/** What a push capability allows, and how. */
export interface PushCapability {
  /** Opaque to the application; the push server knows it. */
  readonly endpoint: string
  /** The key to seal for where the capability names one: standard Base64 of 32 bytes. Old capabilities name none. */
  readonly boxPub?: string | undefined
}

/**
 * Reads what a push capability allows.
 *
 * @throws UportError `REPLY_MALFORMED`
 */
export function parsePushCapability(payload: JsonObject): PushCapability {
  if (member(payload, 'type') !== PUSH_CAPABILITY) return refuseReply('capabilities', 'holds another type')
  const endpoint = optionalText(payload, 'value', 'capabilities.value', refuseReply)
  if (!endpoint) return refuseReply('capabilities.value', 'is missing')
  const boxPub = optionalText(payload, 'boxPub', 'capabilities.boxPub', refuseReply)
  if (boxPub === undefined) return { endpoint }
  if (decodeBase64(boxPub)?.length === 32) return { endpoint, boxPub }
  return refuseReply('capabilities.boxPub', 'is not a Base64 key of 32 bytes')
}
