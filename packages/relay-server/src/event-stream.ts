import { encodeUtf8, type TopicMessage } from '@uport-kit/core'

export interface EventSource {
  readonly cursor: number
  /** The messages after a cursor; none after a heartbeat's time; undefined to end the stream. */
  next(cursor: number): Promise<readonly TopicMessage[] | undefined>
  /** Called once, however the stream ends. */
  ended(): void
  /** From 0 to 1. Default: `Math.random`. */
  readonly random?: (() => number) | undefined
}

/** After which readers of a stream that the server ended come back: spread, for a server that stops ends all at once. */
const RECONNECT_MILLISECONDS = { least: 500, spread: 4500 }

/**
 * Messages as a stream of server-sent events (HTML, section 9.2): `id` is the cursor, `data` the message's JSON. Comments show
 * that the connection lives, and before the server ends it, a field `retry` says when to come back. Nothing is read ahead of the client: one that does not read has one answer of `next` on its way,
 * and finds the rest by its cursor.
 */
export function eventStream(source: EventSource): ReadableStream<Uint8Array> {
  let cursor = source.cursor
  let isOpen = true
  const end = (): void => {
    if (!isOpen) return
    isOpen = false
    source.ended()
  }
  const underlying: UnderlyingDefaultSource<Uint8Array> = {
    start: (controller) => controller.enqueue(encodeUtf8(': open\n\n')),
    pull: async (controller) => {
      const messages = await source.next(cursor)
      if (!isOpen) return
      if (messages === undefined) {
        end()
        controller.enqueue(encodeUtf8(reconnectText(source.random ?? Math.random)))
        return controller.close()
      }
      cursor = messages.at(-1)?.cursor ?? cursor
      controller.enqueue(
        encodeUtf8(messages.length === 0 ? ': heartbeat\n\n' : messages.map(eventText).join('')),
      )
    },
    cancel: end,
  }
  return new ReadableStream<Uint8Array>(underlying, { highWaterMark: 0 })
}

function reconnectText(random: () => number): string {
  const { least, spread } = RECONNECT_MILLISECONDS
  return `retry: ${Math.round(least + random() * spread)}\n\n`
}

/** A line break in JSON can only stand between its tokens, where a space means the same. */
function eventText(message: TopicMessage): string {
  return `id: ${message.cursor}\ndata: ${message.body.replaceAll(/[\r\n]+/g, ' ')}\n\n`
}
