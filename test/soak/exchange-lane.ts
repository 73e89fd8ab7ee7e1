import { Agent } from 'node:http'
import { RelayClient } from '@uport-kit/channel-relay'
import type { ReplyAddress } from '@uport-kit/core'
import type { SeededRandom } from '../support/seeded-random.ts'
import { httpCall, pause } from './http-call.ts'
import type { Ledger } from './ledger.ts'

export interface LaneOptions {
  /** Where messages are posted. */
  readonly relayUrls: readonly string[]
  /** Where they are awaited: the same relays, behind a network that fails. */
  readonly networkUrls: readonly string[]
  readonly random: SeededRandom
  readonly ledger: Ledger
  /** Begin no more exchanges. */
  readonly stopping: AbortSignal
  /** What has not come by now never will. */
  readonly lost: AbortSignal
}

const POSTS = 4
const BODY_BYTES = 2048
const LIFE_SECONDS = 600
const RETRY_MILLISECONDS = 25

/** Opens, waits, posts, receives and closes, one exchange after the other, each over any of the relays. */
export class ExchangeLane {
  readonly #options: LaneOptions
  readonly #agent = new Agent({ keepAlive: true })
  readonly #clients: readonly RelayClient[]

  constructor(options: LaneOptions) {
    this.#options = options
    this.#clients = options.networkUrls.map(
      (url) => new RelayClient({ url, timeoutMs: 3000, heartbeatTimeoutMs: 3500, pollMs: 2000 }),
    )
  }

  async run(): Promise<void> {
    const { ledger, stopping } = this.#options
    while (!stopping.aborted) {
      await this.#exchange()
      ledger.counts.exchanges += 1
    }
    await Promise.all(this.#clients.map((client) => client[Symbol.asyncDispose]()))
    this.#agent.destroy()
  }

  async #exchange(): Promise<void> {
    const { random, ledger } = this.#options
    const client = random.pick(this.#clients)
    const address = await this.#open(client)
    const path = new URL(address.callback).pathname
    const begun: number[] = []
    const acknowledged: number[] = []
    const received: number[] = []
    const receiving = this.#receive(client, address, begun, received)
    for (let n = 1; n <= POSTS; n++) {
      begun[n] = performance.now()
      if (await this.#post(path, n)) acknowledged.push(n)
    }
    await receiving
    ledger.counts.acknowledged += acknowledged.length
    ledger.counts.received += received.length
    ledger.compare(`the reader of ${path}`, acknowledged, received)
    await this.#compareStored(address, path, acknowledged)
    await this.#again(path, { method: 'DELETE', headers: bearer(address) }, [204])
  }

  /** One whose answer was lost stays behind and ends by itself. */
  async #open(client: RelayClient): Promise<ReplyAddress> {
    for (;;) {
      this.#options.lost.throwIfAborted()
      try {
        return await client.open({ id: 'soak', expiresAt: Math.floor(Date.now() / 1000) + LIFE_SECONDS })
      } catch {
        await pause(RETRY_MILLISECONDS)
      }
    }
  }

  async #receive(
    client: RelayClient,
    address: ReplyAddress,
    begun: readonly number[],
    received: number[],
  ): Promise<void> {
    const { ledger, lost } = this.#options
    try {
      for await (const reply of client.receive(address, { signal: lost })) {
        const n = Number(reply['n'])
        received.push(n)
        ledger.arrived(performance.now() - (begun[n] ?? Number.NaN))
        // One that was stored twice would take the place of another.
        if (received.length >= POSTS) return
      }
    } catch (cause) {
      const what = cause instanceof Error ? `${cause.name} ${cause.message}` : 'it failed'
      ledger.violate('other', `the reader of ${address.callback}: ${what}`)
    }
  }

  /** Posts until it is acknowledged, as a wallet does. */
  async #post(path: string, n: number): Promise<boolean> {
    const body = JSON.stringify({ n, padding: 'x'.repeat(BODY_BYTES - 24) })
    return (await this.#again(path, { method: 'POST', body }, [200, 201])) !== undefined
  }

  /** What any relay has, by cursor. */
  async #compareStored(address: ReplyAddress, path: string, acknowledged: readonly number[]): Promise<void> {
    const answer = await this.#again(`${path}?after=0`, { method: 'GET', headers: bearer(address) }, [200])
    if (answer === undefined) return
    const messages: readonly { readonly cursor: number; readonly body: { readonly n: number } }[] =
      JSON.parse(answer).messages
    const { ledger } = this.#options
    ledger.compare(
      `the store of ${path}`,
      acknowledged,
      messages.map(({ body }) => body.n),
    )
    if (messages.some(({ cursor }, index) => cursor !== index + 1))
      ledger.violate('other', `${path} has the cursors [${messages.map(({ cursor }) => cursor)}]`)
  }

  /** Asks relays, one after the other, until one of these statuses comes. */
  async #again(
    path: string,
    call: {
      readonly method: 'GET' | 'POST' | 'DELETE'
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string
    },
    wanted: readonly number[],
  ): Promise<string | undefined> {
    const { random, relayUrls, ledger, lost } = this.#options
    while (!lost.aborted) {
      const url = `${random.pick(relayUrls)}${path}`
      const answer = await httpCall(url, { ...call, agent: this.#agent }).catch(() => undefined)
      if (answer !== undefined && wanted.includes(answer.status)) return answer.text
      if (answer !== undefined && answer.status < 500 && answer.status !== 429) {
        ledger.violate('other', `${call.method} ${path} was refused with status ${answer.status}`)
        return undefined
      }
      ledger.counts.retried += 1
      await pause(RETRY_MILLISECONDS)
    }
    ledger.violate('other', `${call.method} ${path} never succeeded`)
    return undefined
  }
}

const bearer = (address: ReplyAddress): Record<string, string> => ({
  authorization: `Bearer ${String(address.state['secret'])}`,
})
