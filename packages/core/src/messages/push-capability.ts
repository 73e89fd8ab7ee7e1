import type { JsonObject } from '../ports/json.ts'
import { member, optionalText, refuseReply } from './members.ts'

/** The type of a capability by which a user allows an application to push messages. */
export const PUSH_CAPABILITY = 'notifications'

/**
 * Reads what a push capability allows.
 *
 * @returns the endpoint, opaque to the application; the push server knows it
 * @throws UportError `REPLY_MALFORMED`
 */
export function parsePushCapability(payload: JsonObject): { readonly endpoint: string } {
  if (member(payload, 'type') !== PUSH_CAPABILITY) return refuseReply('capabilities', 'holds another type')
  const endpoint = optionalText(payload, 'value', 'capabilities.value', refuseReply)
  return endpoint ? { endpoint } : refuseReply('capabilities.value', 'is missing')
}
