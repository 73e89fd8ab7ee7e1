import type { RequestReport } from '../src/servers/request-desk.ts'
import type { AskedRequest } from '../src/shared/site-api.ts'

export interface Answer<Body> {
  readonly status: number
  readonly body: Body
}

/** A browser without a screen: it keeps the cookies of one site and says where it comes from. */
export class Visitor {
  readonly #url: string
  readonly #origin: string
  #cookies = new Map<string, string>()

  constructor(url: string, origin = url) {
    this.#url = url
    this.#origin = origin
  }

  /** Another tab of the same browser: it shares its cookies. */
  tab(origin = this.#origin): Visitor {
    const other = new Visitor(this.#url, origin)
    other.#cookies = this.#cookies
    return other
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  async get<Body>(path: string): Promise<Answer<Body>> {
    return this.#send('GET', path)
  }

  async post<Body>(path: string, body?: unknown): Promise<Answer<Body>> {
    return this.#send('POST', path, body)
  }

  async delete(path: string): Promise<number> {
    return (await this.#send('DELETE', path)).status
  }

  /** Asks for something that the wallet is to answer. */
  async ask(path: string): Promise<AskedRequest> {
    const { status, body } = await this.post<AskedRequest>(path)
    if (status !== 200) throw new Error(`${path} answered ${status}`)
    return body
  }

  /** Waits for what becomes of a request, as a page does. */
  async outcome(id: string, isDone = isSettled): Promise<RequestReport> {
    for (let round = 0; round < 20; round++) {
      const { status, body } = await this.get<RequestReport>(`/api/requests/${id}?push=sent`)
      if (status !== 200) throw new Error(`the request is unknown: ${status}`)
      if (isDone(body)) return body
    }
    throw new Error('nothing became of the request')
  }

  async #send<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { cookie: this.cookie, origin: this.#origin, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      this.#cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    const text = await response.text()
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as Body }
  }
}

function isSettled({ status }: RequestReport): boolean {
  return status.state !== 'waiting' && status.state !== 'verifying'
}
