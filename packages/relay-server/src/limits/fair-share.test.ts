import {
  concatBytes,
  encodeBase64url,
  encodeUtf8,
  ManualClock,
  sha256Base64url,
  signJwt,
} from '@uport-kit/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { createParty, PartyResolver } from '../../../core/test-support/parties.ts'
import { createRelayApp } from '../relay-app.ts'
import { memoryTopicStore } from '../stores/memory-topic-store.ts'

const START = 1_700_000_000
const SERVER = 'https://push.example'
const HOGS = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4']
const NEWCOMER = '192.0.2.9'

let clock: ManualClock

beforeEach(() => {
  clock = new ManualClock(START)
})

async function createApp(limits: Record<string, number>, maxBytes?: number) {
  const user = await createParty('user')
  const token = await signJwt({ type: 'user-auth', aud: SERVER, exp: START + 300 }, user.identity, {
    now: START,
  })
  const relay = createRelayApp({
    store: memoryTopicStore({ clock, maxTopics: limits['maxTopics'], maxBytes }),
    clock,
    limits: { addressBurst: 10_000, topicBurst: 10_000, ...limits },
    trustedProxies: 1,
    push: { resolver: new PartyResolver([user]), url: SERVER },
  })
  let count = 0
  const send = async (method: string, path: string, secret: string, body: string, address: string) => {
    const headers = { authorization: `Bearer ${secret}`, 'x-forwarded-for': address }
    return (await relay.request(path, { method, headers, body })).status
  }
  return {
    openMailbox: (address: string) =>
      send('PUT', `/i/${idOf(count++)}`, token, JSON.stringify({ expiresAt: START + 9999 }), address),
    openTopic: (address: string) => {
      const { id, secret } = topicOf(count++)
      return send('PUT', `/t/${id}`, secret, JSON.stringify({ expiresAt: START + 9999 }), address)
    },
    post: (topic: number, address: string) =>
      send('POST', `/t/${topicOf(topic).id}`, '', JSON.stringify({ n: count++, x: 'x'.repeat(80) }), address),
  }
}

const bytesOf = (n: number): Uint8Array => {
  const bytes = new Uint8Array(32)
  new DataView(bytes.buffer).setUint32(0, n)
  return bytes
}
const idOf = (n: number): string => encodeBase64url(bytesOf(n))
const topicOf = (n: number) => ({
  id: sha256Base64url(concatBytes(encodeUtf8('uport-kit/topic/1'), bytesOf(n))),
  secret: idOf(n),
})

/** As often as it is let. */
async function fill(take: (address: string) => Promise<number>): Promise<number> {
  let taken = 0
  for (const address of HOGS) while ((await take(address)) === 201) taken++
  return taken
}

describe('a few addresses that take all that they get', () => {
  test('leave places for the mailboxes of others', async () => {
    const { openMailbox } = await createApp({ maxTopics: 400, mailboxShare: 0.5, maxTopicsPerAddress: 50 })
    // Of 100.
    expect(await fill(openMailbox)).toBeGreaterThan(90)
    expect(await openMailbox(NEWCOMER)).toBe(201)
  })

  test('leave places for the logins of others', async () => {
    const { openTopic } = await createApp({ maxTopics: 200, maxTopicsPerAddress: 50 })
    expect(await fill(openTopic)).toBeGreaterThan(180)
    for (let n = 0; n < 5; n++) expect(await openTopic(NEWCOMER)).toBe(201)
  })

  test('leave bytes for the answers of others', async () => {
    const { openTopic, post } = await createApp({ maxBytesPerAddress: 5_000, topicCapacity: 1000 }, 20_000)
    expect(await openTopic(NEWCOMER)).toBe(201)
    expect(await fill((address) => post(0, address))).toBeGreaterThan(150)
    for (let n = 0; n < 4; n++) expect(await post(0, NEWCOMER)).toBe(201)
  })
})
