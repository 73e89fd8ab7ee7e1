import type { ReplyBody } from '@uport-kit/core'
import { isObject, parseObject } from './parse-object.ts'

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
