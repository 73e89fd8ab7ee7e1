import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import { RelayClient } from '@uport-kit/channel-relay'
import {
  appendToFragment,
  decodeBase64url,
  decodeJwt,
  decodeUtf8,
  encodeBase64,
  openBox,
  parseBoxEnvelope,
  parseReplyFragment,
  parseRequestUri,
  type ReplySender,
  sealBox,
  signJwt,
} from '@uport-kit/core'
import nacl from 'tweetnacl'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeInterop, genuine } from './support/genuine.ts'
import type { UportCredentials, UportTransports } from './support/genuine-types.ts'
import { approve, type InteropWorld, type KnownParty, startInteropWorld } from './support/interop-world.ts'

describeInterop('uport-transports 0.2.6', () => {
  let transports: UportTransports
  let world: InteropWorld
  let app: KnownParty
  let user: KnownParty

  beforeAll(async () => {
    transports = genuine<UportTransports>('uport-transports')
    world = await startInteropWorld()
    ;[app, user] = await Promise.all([world.registerKnown('App'), world.registerKnown('Ada')])
  })
  afterAll(() => world.close())

  /** The genuine server side that went with it. */
  function application() {
    const { Credentials } = genuine<UportCredentials>('uport-credentials')
    return new Credentials({ did: app.did, privateKey: app.privateKey, resolver: world.bare })
  }

  describe('boxes', () => {
    const { publicKey, secretKey } = nacl.box.keyPair()

    it.each(['', 'a', 'x'.repeat(64), 'Zoë 🦊', '{"access_token":"…"}'])(
      'that one seals, the other opens: %j',
      (text) => {
        const { crypto } = transports
        expect(crypto.decryptMessage({ ...sealBox(text, publicKey) }, secretKey)).toBe(text)
        const theirs = crypto.encryptMessage(text, encodeBase64(publicKey))
        expect(decodeUtf8(openBox(parseBoxEnvelope(theirs), secretKey))).toBe(text)
      },
    )
  })

  describe('request URIs', () => {
    it.each(['universal', 'deeplink'] as const)(
      'of the %s form carry the request to our wallet',
      async (form) => {
        const { messageToURI } = transports.message.util
        const jwt = await signJwt({ type: 'shareReq', callback: 'https://app.example/' }, app.identity, {
          expiresIn: 60,
        })
        expect(parseRequestUri(messageToURI(jwt, form))).toMatchObject({ kind: 'inline', jwt })
      },
    )

    it('sent by redirect say so, also where the genuine one loses its way in the query', async () => {
      const jwt = await signJwt({ type: 'shareReq', callback: 'https://app.example/' }, app.identity, {
        expiresIn: 60,
      })
      const sent: string[] = []
      const send = transports.transport.url.send({ uriHandler: (uri) => sent.push(uri) })
      send(jwt, { type: 'redirect' })
      send(jwt, { type: 'post', redirectUrl: 'https://app.example/', id: 'a', data: 'b' })
      const parsed = sent.map((uri) => parseRequestUri(uri))
      expect(parsed).toMatchObject([
        { kind: 'inline', jwt, replyMode: 'redirect' },
        { kind: 'inline', jwt, replyMode: 'post' },
      ])
    })
  })

  describe('a page that waits at our relay, on its old routes', () => {
    const POLL = 50

    /** Asks as such a page did: `answer` is what a wallet does with the URI that is shown. */
    async function ask(answer: (uri: string) => Promise<void>) {
      const { messageServer } = transports.transport
      const messageServerUrl = `${world.oldRelayUrl}/`
      const callbackUrl = messageServer.genCallback(messageServerUrl)
      const jwt = await application().createDisclosureRequest({ requested: ['name'], callbackUrl })
      let answered: Promise<void> = Promise.resolve()
      const send = messageServer.URIHandlerSend(
        (uri) => {
          answered = answer(uri)
        },
        { messageServerUrl, pollingInterval: POLL },
      )
      const cleared = deletionOf(callbackUrl)
      const reply = send(jwt)
      await Promise.all([
        answered,
        reply.then(
          () => cleared,
          () => {},
        ),
      ])
      return { reply, callbackUrl }
    }

    it('shows a request that our wallet answers, and takes the answer', async () => {
      const { reply, callbackUrl } = await ask(async (uri) => {
        expect(parseRequestUri(uri)).toMatchObject({ replyMode: 'post' })
        await approve(await world.wallet(user.identity).receive(uri), { name: 'Ada Lovelace' })
      })
      const profile = await application().authenticateDisclosureResponse(await reply, callbackUrl)
      expect(profile['did']).toBe(user.did)
      expect(decodeJwt(await reply).payload['own']).toEqual({ name: 'Ada Lovelace' })
    })

    it('is told that the person declined', async () => {
      const { reply } = await ask(async (uri) => (await world.wallet(user.identity).receive(uri)).decline())
      await expect(reply).rejects.toBe('access_denied')
    })

    it('takes the first answer: nobody replaces or deletes it', async () => {
      const statuses: number[] = []
      const { reply, callbackUrl } = await ask(async (uri) => {
        await approve(await world.wallet(user.identity).receive(uri), { name: 'Ada' })
        const { callback } = decodeJwt(parseInline(uri)).payload
        for (const init of [{ method: 'DELETE' }, { method: 'POST', body: '{"access_token":"forged"}' }]) {
          const answer = await fetch(String(callback), init)
          statuses.push(answer.status)
          await answer.body?.cancel()
        }
      })
      expect(statuses).toEqual([200, 409])
      const { message } = await (await fetch(callbackUrl)).json()
      expect(JSON.parse(message.content)).toEqual({ access_token: await reply })
      expect(decodeJwt(await reply).payload['iss']).toBe(user.did)
    })
  })

  it('reads our answer out of the address of its page', async () => {
    const redirectUrl = 'https://app.example/page'
    const jwt = await application().createDisclosureRequest({ requested: ['name'], callbackUrl: redirectUrl })
    const opened: string[] = []
    const sender: ReplySender = {
      mode: 'redirect',
      async send(target, body) {
        const fields = Object.entries(body).map(([name, value]) => [name, String(value)] as const)
        opened.push(appendToFragment(target.href, Object.fromEntries(fields)))
      },
    }
    const uris: string[] = []
    const send = transports.transport.url.send({ uriHandler: (uri) => uris.push(uri) })
    send(jwt, { type: 'redirect', redirectUrl, id: 'request-1', data: 'a&b=c' })
    const arrived = { text: uris[0] ?? '', arrival: 'link', acknowledge: async () => {} } as const
    await approve(await world.wallet(user.identity, [sender]).receive(arrived), { name: 'Zoë & Co' })
    const [page = ''] = opened
    const response = transports.transport.url.parseResponse(page)
    expect(response).toMatchObject({ id: 'request-1', data: 'a&b=c' })
    expect(decodeJwt(response?.payload).payload['own']).toEqual({ name: 'Zoë & Co' })
    expect(parseReplyFragment(page)).toEqual({
      ...{ id: 'request-1', data: 'a&b=c', params: { access_token: response?.payload } },
    })
  })

  it('waited at an address in its code, which is gone; we are told ours', () => {
    expect(transports.transport.messageServer.genCallback()).toMatch(
      /^https:\/\/api\.uport\.me\/chasqui\/topic\/[\w-]+$/,
    )
    expect(() => Reflect.construct(RelayClient, [{}])).toThrow(TypeError)
  })

  it('makes callbacks of 128 random bits, as topics are', () => {
    const callback = transports.transport.messageServer.genCallback(world.devnet.relayUrl)
    expect(decodeBase64url(callback.split('/topic/')[1] ?? '')).toHaveLength(16)
  })
})

/** The end of the request by which the poller clears its topic: it tells nobody, and throws where the relay is gone. */
function deletionOf(url: string): Promise<void> {
  const name = 'http.client.response.finish'
  return new Promise((resolve) => {
    function onResponse(message: unknown): void {
      const { request } = message as { readonly request: ClientRequest }
      if (request.method !== 'DELETE' || request.path !== new URL(url).pathname) return
      unsubscribe(name, onResponse)
      resolve()
    }
    subscribe(name, onResponse)
  })
}

function parseInline(uri: string): string {
  const parsed = parseRequestUri(uri)
  if (parsed.kind !== 'inline') throw new Error('a reference')
  return parsed.jwt
}
