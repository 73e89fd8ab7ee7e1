import { UportError } from '../errors/uport-error.ts'
import { isJsonObject } from '../identity/is-json-object.ts'
import type { Json, JsonObject } from '../ports/json.ts'

/** Bounds for what strangers put into messages; generous against every message ever seen. */
export const MESSAGE_LIMITS = Object.freeze({
  /** Names, credentials or issuers in one list. */
  listItems: 64,
  /** Characters of a claim name or an identifier. */
  nameLength: 256,
  /** Characters of a text that is shown to a person. */
  textLength: 1024,
  /** Characters of a token inside a message, and of a text to sign. */
  tokenLength: 65_536,
})

/** Throws the error of a message that breaks its form; `member` is a path such as `claims.user_info`. */
export type Refuse = (member: string, reason: string) => never

/** For requests: `REQUEST_INVALID`. */
export const refuseRequest: Refuse = (member, reason) => {
  throw new UportError('REQUEST_INVALID', `The request's member ${member} ${reason}.`, {
    data: { member, reason },
  })
}

/** For replies: `REPLY_MALFORMED`. */
export const refuseReply: Refuse = (member, reason) => {
  throw new UportError('REPLY_MALFORMED', `The reply's member ${member} ${reason}.`, {
    data: { reason: `${member} ${reason}` },
  })
}

/** A member's own value: a prototype's members are nobody's. */
export function member(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

export function optionalText(
  object: JsonObject,
  name: string,
  path: string,
  refuse: Refuse,
): string | undefined {
  const value = member(object, name)
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') return refuse(path, 'is not text')
  if (value.length > MESSAGE_LIMITS.textLength) return refuse(path, 'is too long')
  return value
}

export function optionalFlag(object: JsonObject, name: string, path: string, refuse: Refuse): boolean {
  const value = member(object, name)
  if (value === undefined || value === null) return false
  if (typeof value !== 'boolean') return refuse(path, 'is not true or false')
  return value
}

export function optionalObject(
  object: JsonObject,
  name: string,
  path: string,
  refuse: Refuse,
): JsonObject | undefined {
  const value = member(object, name)
  if (value === undefined || value === null) return undefined
  if (!isJsonObject(value)) return refuse(path, 'is not an object')
  return value
}

/** A list of short texts; absent or null is an empty list. */
export function textList(
  object: JsonObject,
  name: string,
  path: string,
  refuse: Refuse,
  maxLength: number = MESSAGE_LIMITS.nameLength,
): readonly string[] {
  const value = member(object, name)
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) return refuse(path, 'is not a list')
  const list: readonly Json[] = value
  if (list.length > MESSAGE_LIMITS.listItems) return refuse(path, 'has too many items')
  return list.map((item) => {
    if (typeof item !== 'string') return refuse(path, 'holds something that is not text')
    if (item.length === 0 || item.length > maxLength) return refuse(path, 'holds an empty or overlong text')
    return item
  })
}
