export const NOW = 1_700_000_000
export const SERVER = 'https://push.example'

/** A push server as a wallet sees it; `answer` replaces what it says. */
export class FakePushServer {
  readonly asked: {
    readonly method: string
    readonly path: string
    readonly token: string
    readonly body: unknown
  }[] = []
  messages: { readonly cursor: number; readonly body: unknown }[] = []
  answer: ((method: string, path: string) => Response | Promise<Response> | undefined) | undefined
  /** Answers who wants to be woken. */
  events: (path: string, signal: AbortSignal | undefined) => Response | Promise<Response> = () =>
    new Response('', { status: 404 })

  readonly fetch = async (input: unknown, init: RequestInit = {}): Promise<Response> => {
    init.signal?.throwIfAborted()
    const { method = 'GET', body } = init
    const path = String(input).slice(SERVER.length)
    const token = new Headers(init.headers).get('authorization') ?? ''
    if (path.startsWith('/i/events')) return this.events(path, init.signal ?? undefined)
    const value: unknown = typeof body === 'string' ? JSON.parse(body) : undefined
    this.asked.push({ method, path, token, body: value })
    const given = await this.answer?.(method, path)
    if (given !== undefined) return given
    if (method === 'POST') {
      const { cursor } = value as { cursor: number }
      this.messages = this.messages.filter((message) => message.cursor > cursor)
    }
    if (method !== 'GET') return new Response(null, { status: 204 })
    if (this.messages.length > 0) return Response.json({ messages: this.messages })
    // Holds the question, as the server does.
    await new Promise((_, reject) =>
      init.signal?.addEventListener('abort', () => reject(new Error('aborted'))),
    )
    return new Response()
  }

  put(cursor: number, box: unknown): void {
    this.messages.push({ cursor, body: { box, receipt: 'r', expiresAt: NOW + 60 } })
  }
}
