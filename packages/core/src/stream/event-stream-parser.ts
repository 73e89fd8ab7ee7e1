/** One event of a stream of server-sent events (HTML, section 9.2.6). */
export interface StreamEvent {
  readonly id: string
  readonly type: string
  readonly data: string
}

/** The stream sent an event or a line larger than the reader takes. */
export class EventTooLarge extends Error {
  override readonly name = 'EventTooLarge'
}

/**
 * Parses server-sent events piece by piece, in linear time and bounded memory. Line ends may be LF, CR or CRLF, also
 * across pieces; comments and unknown fields are skipped.
 */
export class EventStreamParser {
  readonly #maxLength: number
  readonly #decoder = new TextDecoder()
  #line: string[] = []
  #lineLength = 0
  #skipLineFeed = false
  #id = ''
  #type = ''
  #data: string[] = []
  #dataLength = 0

  /** @param maxLength of one line, and of one event's data, in characters */
  constructor(maxLength: number) {
    this.#maxLength = maxLength
  }

  /** @throws EventTooLarge */
  push(bytes: Uint8Array): StreamEvent[] {
    const events: StreamEvent[] = []
    let text = this.#decoder.decode(bytes, { stream: true })
    if (this.#skipLineFeed && text !== '') {
      if (text.startsWith('\n')) text = text.slice(1)
      this.#skipLineFeed = false
    }
    let start = 0
    for (const end of text.matchAll(/\r\n|\r|\n/g)) {
      this.#extend(text.slice(start, end.index))
      const event = this.#endLine()
      if (event !== undefined) events.push(event)
      start = end.index + end[0].length
    }
    this.#extend(text.slice(start))
    // The line feed of a CRLF may come with the next piece.
    this.#skipLineFeed ||= text.endsWith('\r')
    return events
  }

  #extend(part: string): void {
    if (part === '') return
    this.#lineLength += part.length
    if (this.#lineLength > this.#maxLength) throw new EventTooLarge('a line is too long')
    this.#line.push(part)
  }

  #endLine(): StreamEvent | undefined {
    const line = this.#line.join('')
    this.#line = []
    this.#lineLength = 0
    if (line === '') return this.#dispatch()
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (name === 'data') this.#addData(value)
    else if (name === 'event') this.#type = value
    else if (name === 'id' && !value.includes('\0')) this.#id = value
    return undefined
  }

  #addData(value: string): void {
    this.#dataLength += value.length + 1
    if (this.#dataLength > this.#maxLength) throw new EventTooLarge('an event is too large')
    this.#data.push(value)
  }

  #dispatch(): StreamEvent | undefined {
    const event =
      this.#data.length === 0
        ? undefined
        : { id: this.#id, type: this.#type === '' ? 'message' : this.#type, data: this.#data.join('\n') }
    this.#type = ''
    this.#data = []
    this.#dataLength = 0
    return event
  }
}
