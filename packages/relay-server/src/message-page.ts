import type { TopicMessage, TopicStore } from '@uport-kit/core'

/** Of the messages that are read, and given, at once: what a reader who does not read may cost. */
export const PAGE_BYTES = 65_536

/**
 * The first of some messages: one, or as many as are short together.
 *
 * @param maxLength UTF-16 units of their bodies, which are never more than bytes; undefined: all
 */
export function firstPage(
  messages: readonly TopicMessage[],
  maxLength: number | undefined,
): readonly TopicMessage[] {
  if (maxLength === undefined) return messages
  let length = 0
  const end = messages.findIndex(({ body }, index) => {
    length += body.length
    return index > 0 && length > maxLength
  })
  return end < 0 ? messages : messages.slice(0, end)
}

/** The messages of a topic, of which no more than a page is read at a time; none where there is no such topic (any more). */
export async function* messagesOf(store: TopicStore, name: string): AsyncGenerator<TopicMessage> {
  for (let after = 0; ; ) {
    const page = (await store.read(name, after, { maxBytes: PAGE_BYTES })) ?? []
    yield* page
    const last = page.at(-1)
    if (last === undefined) return
    after = last.cursor
  }
}
