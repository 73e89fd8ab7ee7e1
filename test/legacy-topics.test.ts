import { LegacyRelayClient, PostReplySender, RelayRequestFetcher } from '@uport-kit/channel-relay'
import { ManualClock, type ReplyBody, systemClock } from '@uport-kit/core'
import { createSafeFetch, type NodeSafeFetch } from '@uport-kit/fetch-node'
import { type RelayServer, startRelayServer } from '@uport-kit/relay-server'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

let relay: RelayServer
let relayClock: ManualClock
let safeFetch: NodeSafeFetch
let client: LegacyRelayClient

beforeEach(async () => {
  relayClock = new ManualClock(systemClock().now())
  relay = await startRelayServer({ legacyTopics: true, clock: relayClock })
  safeFetch = createSafeFetch({ allowOrigins: [relay.url] })
  client = new LegacyRelayClient({ url: relay.url, pollMs: 10 })
})

afterEach(async () => {
  await client[Symbol.asyncDispose]()
  await safeFetch.close()
  await relay.close()
})

const soon = () => ({ id: 'request', expiresAt: Math.floor(Date.now() / 1000) + 60 })

describe('topics of the old message server, over sockets', () => {
  test('carry the first reply from a wallet to the app', async () => {
    const address = await client.open(soon())
    const sender = new PostReplySender({ safeFetch })
    const received: Promise<IteratorResult<ReplyBody>> = client
      .receive(address)
      [Symbol.asyncIterator]()
      .next()
    await sender.send(new URL(address.callback), { access_token: 'a.b.c' })
    expect(await received).toEqual({ done: false, value: { access_token: 'a.b.c' } })
    await sender.send(new URL(address.callback), { access_token: 'a.b.c' })
    await expect(sender.send(new URL(address.callback), { access_token: 'x' })).rejects.toMatchObject({
      code: 'REPLY_NOT_DELIVERED',
      retryable: false,
    })
    await client.close(address)
    // Closing cannot delete: an old server that does so for one lets everybody.
    expect(await (await fetch(address.callback)).json()).toMatchObject({
      message: { content: '{"access_token":"a.b.c"}' },
    })
  })

  test('end for the app when they expire on the relay', async () => {
    const address = await client.open(soon())
    const next = client.receive(address)[Symbol.asyncIterator]().next()
    relayClock.advance(3600)
    await expect(next).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })
  })

  test.each([['/topic'], ['/api/v1/topic'], ['/raw/topic']])(
    'carry a request by reference under %s',
    async (base) => {
      const jwt = 'eyJhbGciOiJFUzI1NksifQ.eyJpc3MiOiIyIn0.c2ln'
      const created = await fetch(`${relay.url}/topic/`, {
        method: 'POST',
        body: JSON.stringify({ request: jwt }),
      })
      const { topicId } = (await created.json()) as { topicId: string }
      const fetcher = new RelayRequestFetcher({ safeFetch, legacyReferences: true })
      const fetched = await fetcher.fetch(new URL(`${relay.url}${base}/${topicId}`))
      expect(fetched).toEqual({ jwt, pinned: false })
    },
  )
})
