import type { JsonObject, ReplyBody } from '@uport-kit/core'

/** A message as the relay hands it out. */
export interface RelayMessage {
  readonly cursor: number
  readonly body: ReplyBody
}

/** The answer of a poll: `{"messages":[{"cursor":1,"body":{...}}]}`; undefined for anything else. */
export function parseMessages(text: string): readonly RelayMessage[] | undefined {
  const answer = parseObject(text)
  const messages: unknown = answer?.['messages']
  if (!Array.isArray(messages)) return undefined
  const parsed = messages.map((message: unknown) =>
    isObject(message) ? messageOf(message['cursor'], message['body']) : undefined,
  )
  return parsed.every((message) => message !== undefined) ? parsed : undefined
}

/** An event of the stream: its id is the cursor, its data the body. */
export function parseMessageEvent(event: {
  readonly id: string
  readonly data: string
}): RelayMessage | undefined {
  return /^\d{1,15}$/.test(event.id) ? messageOf(Number(event.id), parseObject(event.data)) : undefined
}

function messageOf(cursor: unknown, body: unknown): RelayMessage | undefined {
  if (typeof cursor !== 'number' || !Number.isSafeInteger(cursor) || cursor < 1 || !isObject(body))
    return undefined
  return { cursor, body }
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** For values that JSON.parse made: its objects hold JSON. */
function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
