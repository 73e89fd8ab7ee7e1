import { registerConformance, replyChannelCases } from '@uport-kit/conformance'
import type { JsonObject } from '@uport-kit/core'
import { type RelayServer, startRelayServer } from '@uport-kit/relay-server'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { LegacyRelayClient } from './legacy-relay-client.ts'
import { RelayClient } from './relay-client.ts'

let relay: RelayServer

beforeAll(async () => {
  relay = await startRelayServer({ legacyTopics: true })
})

afterAll(() => relay.close())

/** Replies as a wallet does. */
async function post(callback: string, body: JsonObject): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(callback, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`the relay answered ${response.status}`)
}

registerConformance(
  { describe, it },
  'RelayClient over a relay',
  replyChannelCases,
  () => {
    const client = new RelayClient({ url: relay.url })
    return { client, channel: client, post, now: () => Math.floor(Date.now() / 1000) }
  },
  { dispose: ({ client }) => client[Symbol.asyncDispose]() },
)

registerConformance(
  { describe, it },
  'LegacyRelayClient over a relay',
  replyChannelCases,
  () => {
    const client = new LegacyRelayClient({ url: relay.url, pollMs: 20 })
    return { client, channel: client, post, now: () => Math.floor(Date.now() / 1000), takesOne: true }
  },
  { dispose: ({ client }) => client[Symbol.asyncDispose]() },
)
