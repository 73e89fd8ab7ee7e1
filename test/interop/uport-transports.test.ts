import {
  decodeBase64url,
  decodeUtf8,
  encodeBase64,
  openBox,
  parseBoxEnvelope,
  parseRequestUri,
  sealBox,
  signJwt,
} from '@uport-kit/core'
import nacl from 'tweetnacl'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeInterop, genuine } from './support/genuine.ts'
import type { UportTransports } from './support/genuine-types.ts'
import { type InteropWorld, type KnownParty, startInteropWorld } from './support/interop-world.ts'

describeInterop('uport-transports 0.2.6', () => {
  let transports: UportTransports
  let world: InteropWorld
  let app: KnownParty

  beforeAll(async () => {
    transports = genuine<UportTransports>('uport-transports')
    world = await startInteropWorld()
    app = await world.registerKnown('App')
  })
  afterAll(() => world.close())

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

  it('makes callbacks of 128 random bits, as topics are', () => {
    const callback = transports.transport.messageServer.genCallback(world.devnet.relayUrl)
    expect(decodeBase64url(callback.split('/topic/')[1] ?? '')).toHaveLength(16)
  })
})
