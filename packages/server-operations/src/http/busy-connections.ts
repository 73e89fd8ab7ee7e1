import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Knows which connections of a server have a request that is not yet answered. Node's own list of idle connections lacks
 * those that never carried a request, which clients open ahead of need.
 */
export class BusyConnections {
  readonly #open = new Map<Socket, Set<ServerResponse>>()
  #isStopping = false

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#open.set(socket, new Set())
      socket.once('close', () => this.#open.delete(socket))
    })
    server.on('request', ({ socket }, response) => {
      this.#open.get(socket)?.add(response)
      if (this.#isStopping) announceEnd(response)
      response.once('close', () => {
        const responses = this.#open.get(socket)
        responses?.delete(response)
        if (this.#isStopping && responses?.size === 0) socket.destroySoon()
      })
    })
  }

  /** Ends connections without a request now, and the others as soon as theirs is answered. */
  stop(): void {
    this.#isStopping = true
    for (const [socket, responses] of [...this.#open]) {
      for (const response of responses) announceEnd(response)
      if (responses.size === 0) socket.destroySoon()
    }
  }
}

/** Else a client would send its next request on a connection that is about to end. */
function announceEnd(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close')
}
