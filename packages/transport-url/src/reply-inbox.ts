import type { Clock, Json, ReplyBody } from '@uport-kit/core'
import type { PageStorage } from './page.ts'

const OPEN = 'uport-kit/redirect/open/'
const REPLY = 'uport-kit/redirect/reply/'

/** Distinct replies to one request: whoever knows its id may write into a link. */
const CAPACITY = 8

/** Seconds that an address outlives its request: a reply on its way at the last moment is told why it came too late. */
const GRACE = 300

/**
 * Which requests of this origin await a reply, and the replies that came, in the browser's storage: a reload, or the new tab
 * that a wallet opens, finds both. Of every id that was not opened here nothing is kept.
 */
export class ReplyInbox {
  readonly #storage: PageStorage
  readonly #clock: Clock

  constructor(storage: PageStorage, clock: Clock) {
    this.#storage = storage
    this.#clock = clock
  }

  /** Throws what the storage throws: it may be full, or forbidden. */
  open(id: string, expiresAt: number): void {
    this.#sweep()
    this.#storage.setItem(OPEN + encodeURIComponent(id), String(expiresAt + GRACE))
  }

  isOpen(id: string): boolean {
    const until = Number(this.#storage.getItem(OPEN + encodeURIComponent(id)) ?? '0')
    return until >= this.#clock.now()
  }

  /**
   * Keeps a reply to an open request, once. Beyond the capacity it is dropped: the replies before it are tried first.
   * Throws what the storage throws.
   */
  put(id: string, body: ReplyBody): void {
    const text = JSON.stringify(body)
    const kept = this.#keysOf(id)
    if (kept.length >= CAPACITY || kept.some((key) => this.#storage.getItem(key) === text)) return
    this.#storage.setItem(`${prefixOf(id)}${kept.length}`, text)
  }

  /** The replies in the order of their arrival. */
  read(id: string): readonly ReplyBody[] {
    return this.#keysOf(id).flatMap((key) => {
      const body = parseBody(this.#storage.getItem(key))
      return body === undefined ? [] : [body]
    })
  }

  close(id: string): void {
    for (const key of this.#keysOf(id)) this.#storage.removeItem(key)
    this.#storage.removeItem(OPEN + encodeURIComponent(id))
  }

  #keysOf(id: string): readonly string[] {
    return this.#keys(prefixOf(id)).sort()
  }

  #keys(prefix: string): string[] {
    return Array.from({ length: this.#storage.length }, (_, index) => this.#storage.key(index)).filter(
      (key): key is string => key?.startsWith(prefix) === true,
    )
  }

  /** Forgets what is long past, so that requests nobody answered do not pile up. */
  #sweep(): void {
    for (const key of this.#keys(OPEN)) {
      const id = decodeId(key.slice(OPEN.length))
      if (id === undefined) this.#storage.removeItem(key)
      else if (!this.isOpen(id)) this.close(id)
    }
  }
}

/** An id never reads as the beginning of another one: `/` is encoded in it. */
function prefixOf(id: string): string {
  return `${REPLY}${encodeURIComponent(id)}/`
}

function decodeId(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function parseBody(text: string | null): ReplyBody | undefined {
  let value: Json
  try {
    value = JSON.parse(text ?? '')
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return value as ReplyBody
}
