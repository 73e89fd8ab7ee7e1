import { UportError } from '@uport-kit/core'

/** What is kept of a topic beside its messages. */
export interface TopicRecord {
  readonly expiresAt: number
  readonly capacity: number
  /** Of all bodies. */
  readonly bytes: number
  /** base64url SHA-256 of each body, in order of arrival: the n-th belongs to cursor n. */
  readonly digests: readonly string[]
}

/** The form's version leads, so that a later one can tell its own records from these. */
const VERSION = 1

export function encodeTopicRecord(record: TopicRecord): string {
  return JSON.stringify([VERSION, record.expiresAt, record.capacity, record.bytes, record.digests])
}

/** @throws UportError `RELAY_STORE_FAILED` `damaged` */
export function decodeTopicRecord(text: string): TopicRecord {
  const [version, expiresAt, capacity, bytes, digests] = parseArray(text)
  if (
    version !== VERSION ||
    typeof expiresAt !== 'number' ||
    typeof capacity !== 'number' ||
    typeof bytes !== 'number' ||
    !Array.isArray(digests) ||
    !digests.every((digest) => typeof digest === 'string')
  )
    throw damaged()
  return { expiresAt, capacity, bytes, digests }
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
