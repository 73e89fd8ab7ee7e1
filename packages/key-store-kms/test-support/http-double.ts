import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

/** What goes wrong with one request. */
export type Fault =
  | 'access-denied'
  | 'credentials'
  | 'garbage-der'
  | 'hang'
  | 'huge'
  | 'no-member'
  | 'not-json'
  | 'other-key'
  | 'redirect'
  | 'reset'
  | 'server-error'
  | 'throttle'
  | 'trailing-der'
  | 'truncated'

/** @param count how many requests for this operation there were before */
export type FaultPlan = (operation: string, count: number) => Fault | undefined

export interface DoubleRequest {
  readonly operation: string
  readonly path: string
  readonly method: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface DoubleAnswer {
  readonly status: number
  readonly body: unknown
}

/** A service on the loopback interface whose transport can be made to fail. Subclasses speak the protocol. */
export abstract class HttpDouble {
  /** None by default. */
  faults: FaultPlan = () => undefined
  readonly requests: DoubleRequest[] = []
  /** Requests that will never be answered and whose client still waits. */
  hanging = 0
  readonly #counts = new Map<string, number>()
  readonly #server: Server

  constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response))
  }

  protected abstract readonly contentType: string
  protected abstract operationOf(request: Omit<DoubleRequest, 'operation'>): string
  protected abstract answer(request: DoubleRequest, fault: Fault | undefined): DoubleAnswer

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('not listening')
    return `http://127.0.0.1:${address.port}`
  }

  count(operation: string): number {
    return this.#counts.get(operation) ?? 0
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeAllConnections()
    await closed
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    try {
      for await (const chunk of request) body += String(chunk)
    } catch {
      return
    }
    const { url: path = '', method = '', headers } = request
    const operation = this.operationOf({ path, method, headers, body })
    const count = this.count(operation)
    this.#counts.set(operation, count + 1)
    const received = { operation, path, method, headers, body }
    this.requests.push(received)
    this.#respond(received, this.faults(operation, count), response)
  }

  #respond(request: DoubleRequest, fault: Fault | undefined, response: ServerResponse): void {
    if (fault === 'hang') {
      this.hanging++
      response.once('close', () => this.hanging--)
      return
    }
    if (fault === 'reset') {
      response.socket?.resetAndDestroy()
      return
    }
    if (fault === 'redirect') {
      response.writeHead(307, { location: `${this.url}/elsewhere` }).end()
      return
    }
    const { status, body } = this.answer(request, fault)
    let text = JSON.stringify(body)
    if (fault === 'not-json') text = '<html>captive portal</html>'
    if (fault === 'huge') text = JSON.stringify({ pem: 'x'.repeat(2 ** 20) })
    const length = Buffer.byteLength(text)
    response.writeHead(status, { 'content-type': this.contentType, 'content-length': length })
    if (fault !== 'truncated') response.end(text)
    else response.write(text.slice(0, -5), () => response.socket?.destroy())
  }
}
