/** What a store may hold, so that strangers cannot fill the machine. */
export interface TopicStoreLimits {
  /** Topics at one time; one more is refused. Default 100 000. */
  readonly maxTopics?: number | undefined
  /** Bytes of all message bodies together; a message that does not fit is refused. */
  readonly maxBytes?: number | undefined
}

export const DEFAULT_MAX_TOPICS = 100_000

/** Refuses what no relay would ask for: it is a mistake of the caller. */
export function checkTopic(
  name: string,
  topic: { readonly expiresAt: number; readonly capacity: number },
): void {
  if (typeof name !== 'string' || name === '') throw new TypeError('open: give the topic a name')
  if (!Number.isSafeInteger(topic.expiresAt) || topic.expiresAt < 0)
    throw new TypeError('open: expiresAt is Unix time in whole seconds')
  if (!Number.isSafeInteger(topic.capacity) || topic.capacity < 1 || topic.capacity > MAX_CAPACITY)
    throw new TypeError(`open: capacity is a whole number from 1 to ${MAX_CAPACITY}`)
}

export function checkCursor(cursor: number): void {
  if (!Number.isSafeInteger(cursor) || cursor < 0)
    throw new TypeError('read: the cursor is 0 or a message’s own')
}

const MAX_CAPACITY = 1000
