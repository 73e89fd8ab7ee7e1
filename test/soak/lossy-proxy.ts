import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

interface Link {
  readonly client: Socket
  readonly relay: Socket
}

/** A network in front of a relay that can swallow what passes. */
export class LossyProxy {
  readonly #relayPort: number
  readonly #links = new Set<Link>()
  readonly #server: Server

  private constructor(relayPort: number) {
    this.#relayPort = relayPort
    this.#server = createServer((client) => this.#join(client))
  }

  static async start(relayPort: number): Promise<LossyProxy> {
    const proxy = new LossyProxy(relayPort)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /**
   * From now on nothing passes on the connections that are open, and neither end is told.
   *
   * @returns the relay's ends of them
   */
  swallow(): readonly Socket[] {
    const links = [...this.#links]
    this.#links.clear()
    for (const { client, relay } of links) {
      client.unpipe(relay)
      relay.unpipe(client)
      client.pause()
      relay.pause()
      for (const socket of [client, relay]) {
        socket.removeAllListeners('close')
        socket.removeAllListeners('end')
      }
      relay.once('close', () => client.destroy())
    }
    return links.map(({ relay }) => relay)
  }

  async close(): Promise<void> {
    this.#server.close()
    for (const { client, relay } of this.#links) {
      client.destroy()
      relay.destroy()
    }
    await once(this.#server, 'close')
  }

  #join(client: Socket): void {
    const relay = connect(this.#relayPort, '127.0.0.1')
    const link = { client, relay }
    this.#links.add(link)
    client.on('error', () => relay.destroy())
    relay.on('error', () => client.destroy())
    client.pipe(relay)
    relay.pipe(client)
    client.on('close', () => {
      this.#links.delete(link)
      relay.destroy()
    })
    relay.on('close', () => client.destroy())
  }
}
