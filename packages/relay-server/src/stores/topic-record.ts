import { UportError } from '@uport-kit/core'

/** What is kept of a topic beside its messages. */
export interface TopicRecord {
  readonly expiresAt: number
  readonly capacity: number
  /** Of all bodies. */
  readonly bytes: number
  /** base64url SHA-256 of each body, in order of arrival: the n-th belongs to cursor n more than `trimmed`. */
  readonly digests: readonly string[]
  /** How many messages were trimmed. */
  readonly trimmed: number
  /** That the topic was to live when it was opened; unknown for what was opened before this was kept. */
  readonly seconds?: number | undefined
}

/** The form's version leads. Version 1 had no trimmed messages. */
const VERSION = 2

export function encodeTopicRecord(record: TopicRecord): string {
  return JSON.stringify([
    VERSION,
    record.expiresAt,
    record.capacity,
    record.bytes,
    record.digests,
    record.trimmed,
    record.seconds,
  ])
}

/** @throws UportError `RELAY_STORE_FAILED` `damaged` */
export function decodeTopicRecord(text: string): TopicRecord {
  const [version, expiresAt, capacity, bytes, digests, later, life] = parseArray(text)
  const trimmed = version === 1 ? 0 : later
  if (
    (version !== VERSION && version !== 1) ||
    typeof expiresAt !== 'number' ||
    typeof capacity !== 'number' ||
    typeof bytes !== 'number' ||
    !Array.isArray(digests) ||
    !digests.every((digest) => typeof digest === 'string') ||
    typeof trimmed !== 'number'
  )
    throw damaged()
  const seconds = typeof life === 'number' ? life : undefined
  return { expiresAt, capacity, bytes, digests, trimmed, seconds }
}

function parseArray(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value)) return value
  } catch (cause) {
    throw damaged(cause)
  }
  throw damaged()
}

function damaged(cause?: unknown): UportError {
  return new UportError(
    'RELAY_STORE_FAILED',
    'A topic in the store is damaged, or a newer version wrote it; restore the data or move it away.',
    { data: { reason: 'damaged' }, cause },
  )
}
