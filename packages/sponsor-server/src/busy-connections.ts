import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Knows which connections of a server have a request that is not yet answered. Node's own list of idle connections lacks
 * those that never carried a request, which clients open ahead of need.
 */
export class BusyConnections {
  readonly #requests = new Map<Socket, number>()
  #isStopping = false

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#requests.set(socket, 0)
      socket.once('close', () => this.#requests.delete(socket))
    })
    server.on('request', ({ socket }, response) => {
      this.#count(socket, 1)
      response.once('close', () => this.#count(socket, -1))
    })
  }

  /** Ends connections without a request now, and the others as soon as theirs is answered. */
  stop(): void {
    this.#isStopping = true
    for (const [socket, requests] of [...this.#requests]) if (requests === 0) socket.destroySoon()
  }

  #count(socket: Socket, change: number): void {
    const requests = (this.#requests.get(socket) ?? 0) + change
    if (this.#requests.has(socket)) this.#requests.set(socket, requests)
    if (this.#isStopping && requests === 0) socket.destroySoon()
  }
}
