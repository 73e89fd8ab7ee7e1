import type { ReplyBody } from '@uport-kit/core'
import { isObject, parseObject } from './parse-object.ts'

/** What an old message server says of a topic. */
export interface LegacyTopicAnswer {
  /** The text that was posted last. */
  readonly text?: string | undefined
  /** Its value; absent for what is no JSON object. */
  readonly body?: ReplyBody | undefined
  /** The topic is past its end. */
  readonly hasEnded: boolean
}

/**
 * The answer of `GET /topic/:id`, `{"status":"success","message":{"id","content","expiration"}}`, or of the server before it,
 * whose `message` is the content itself.
 *
 * @returns undefined for what no such server says
 */
export function parseLegacyTopic(answer: string): LegacyTopicAnswer | undefined {
  const value = parseObject(answer)
  if (value?.['status'] !== 'success') return undefined
  const message = value['message']
  if (!isObject(message)) return { hasEnded: false }
  const members = new Map(Object.entries(message))
  if (!members.has('content'))
    return members.size === 0 ? { hasEnded: false } : contentOf(JSON.stringify(message))
  const content = members.get('content')
  if (typeof content === 'string') return contentOf(content)
  return { hasEnded: typeof members.get('error') === 'string' }
}

function contentOf(text: string): LegacyTopicAnswer {
  const body = parseObject(text)
  return { text, ...(body !== undefined && { body }), hasEnded: false }
}
