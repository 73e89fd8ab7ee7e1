import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  encodeBase64url,
  type JwtClaims,
  ManualClock,
  sealBox,
  sha256Base64url,
  signJwt,
} from '@uport-kit/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import webPush from 'web-push'
import { createParty, type Party, PartyResolver } from '../../../core/test-support/parties.ts'
import { createRelayApp } from '../relay-app.ts'
import type { RelayEvent } from '../relay-log.ts'
import { memoryTopicStore } from '../stores/memory-topic-store.ts'
import { createWebPush, type WebPushOptions } from './web-push.ts'

const START = 1_700_000_000
const SERVER = 'https://push.example'
const ID = encodeBase64url(new Uint8Array(32).fill(7))
const keys = webPush.generateVAPIDKeys()
const vapid = { subject: 'mailto:ops@push.example', ...keys }

interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A browser with a subscription, and its push service, on this machine. */
class PushService {
  readonly received: Received[] = []
  status = 201
  readonly #ecdh = createECDH('prime256v1')
  readonly #auth = randomBytes(16)
  readonly #server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      this.received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts) })
      response.writeHead(this.status, { location: `${this.origin}/elsewhere` }).end()
    })
  })

  constructor() {
    this.#ecdh.generateKeys()
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
  }

  stop(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get subscription() {
    const p256dh = this.#ecdh.getPublicKey().toString('base64url')
    return { endpoint: `${this.origin}/sub/1`, keys: { p256dh, auth: this.#auth.toString('base64url') } }
  }

  /** What a browser does (RFC 8291, section 3; RFC 8188, section 2), by hand. */
  decrypt(body: Buffer): string {
    const salt = body.subarray(0, 16)
    const idLength = body.readUInt8(20)
    const sender = body.subarray(21, 21 + idLength)
    const sealed = body.subarray(21 + idLength)
    const shared = this.#ecdh.computeSecret(sender)
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.#ecdh.getPublicKey(), sender])
    const ikm = Buffer.from(hkdfSync('sha256', shared, this.#auth, info, 32))
    const key = Buffer.from(hkdfSync('sha256', ikm, salt, 'Content-Encoding: aes128gcm\0', 16))
    const nonce = Buffer.from(hkdfSync('sha256', ikm, salt, 'Content-Encoding: nonce\0', 12))
    const decipher = createDecipheriv('aes-128-gcm', key, nonce)
    decipher.setAuthTag(sealed.subarray(-16))
    const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
    return padded.subarray(0, padded.lastIndexOf(2)).toString('utf8')
  }
}

/** The machine may be busy with other tests. */
const PATIENT = { timeout: 10_000 }

const service = new PushService()
let user: Party
let client: Party

beforeAll(async () => {
  await service.start()
  ;[user, client] = await Promise.all([createParty('user'), createParty('app')])
})
afterAll(() => service.stop())

function world(options: Partial<WebPushOptions> = {}) {
  const clock = new ManualClock(START)
  const events: RelayEvent[] = []
  const app = createRelayApp({
    store: memoryTopicStore({ clock }),
    clock,
    log: (event) => events.push(event),
    push: {
      resolver: new PartyResolver([user, client]),
      url: SERVER,
      webPush: { ...vapid, allowOrigins: [service.origin], ...options },
    },
  })
  const sign = (claims: JwtClaims, { identity } = user) => signJwt(claims, identity, { now: START })
  const asOwner = async (method: string, path: string, body?: object) =>
    app.request(path, {
      method,
      headers: {
        authorization: `Bearer ${await sign({ type: 'user-auth', aud: SERVER, exp: START + 300 })}`,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const push = async () => {
    const claims = { type: 'notifications', aud: client.did, value: `${SERVER}/i/${ID}`, exp: START + 900 }
    const body = JSON.stringify({
      grant: await sign(claims),
      box: sealBox('{}', new Uint8Array(32).fill(9)),
      receipt: encodeBase64url(new Uint8Array(randomBytes(32))),
      expiresAt: START + 60,
    })
    const token = { type: 'push', aud: SERVER, hash: sha256Base64url(body), exp: START + 60 }
    const headers = { authorization: `Bearer ${await sign(token, client)}` }
    return app.request(`/i/${ID}`, { method: 'POST', headers, body })
  }
  const open = () => asOwner('PUT', `/i/${ID}`, { expiresAt: START + 900 })
  const wakeBy = (subscription: object) => asOwner('PUT', `/i/${ID}/wake`, subscription)
  return { app, asOwner, push, open, wakeBy, events }
}

describe('a wallet is woken by Web Push', () => {
  test('with a message that its browser alone can read, signed by the server', async () => {
    const { app, push, open, wakeBy } = world()
    await open()
    expect((await wakeBy(service.subscription)).status).toBe(204)
    expect(await (await app.request('/i/wake-key')).json()).toEqual({ publicKey: keys.publicKey })
    service.received.length = 0
    expect((await push()).status).toBe(201)
    await expect.poll(() => service.received.length).toBe(1)
    const [{ path, headers, body }] = service.received as [Received]
    expect(path).toBe('/sub/1')
    expect(headers).toMatchObject({ 'content-encoding': 'aes128gcm', ttl: '3600', urgency: 'high' })
    expect(JSON.parse(service.decrypt(body))).toEqual({ mailbox: ID })
    expect(verifyVapid(headers.authorization ?? '')).toMatchObject({
      aud: service.origin,
      sub: vapid.subject,
    })
  })

  test('also where a subscription that is gone was replaced meanwhile', async () => {
    const called: string[] = []
    let answer = (_: Response): void => {}
    const fetch = (url: unknown) => {
      called.push(new URL(String(url)).pathname)
      return new Promise<Response>((resolve) => {
        answer = resolve
      })
    }
    const { push, open, wakeBy } = world({ fetch })
    await open()
    await wakeBy(service.subscription)
    await push()
    await expect.poll(() => called, PATIENT).toEqual(['/sub/1'])
    await wakeBy({ ...service.subscription, endpoint: `${service.origin}/sub/2` })
    answer(new Response(null, { status: 410 }))
    await new Promise((resolve) => setImmediate(resolve))
    await push()
    await expect.poll(() => called, PATIENT).toEqual(['/sub/1', '/sub/2'])
    answer(new Response(null, { status: 201 }))
  })

  test('no more once it unsubscribed, or its subscription is gone', async () => {
    const { asOwner, push, open, wakeBy, events } = world()
    await open()
    service.received.length = 0
    await wakeBy(service.subscription)
    service.status = 410
    await push()
    await expect.poll(() => service.received.length).toBe(1)
    service.status = 500
    await wakeBy({ ...service.subscription, endpoint: `${service.origin}/sub/2` })
    await push()
    await expect.poll(() => events).toEqual([{ event: 'failed', operation: 'web push', error: 'REFUSED' }])
    service.status = 307
    await push()
    await expect.poll(() => events.length, PATIENT).toBe(2)
    service.status = 201
    expect((await asOwner('DELETE', `/i/${ID}/wake`)).status).toBe(204)
    expect((await push()).status).toBe(201)
    // The redirect was not followed, and nothing came after the end.
    expect(service.received.map(({ path }) => path)).toEqual(['/sub/1', '/sub/2', '/sub/2'])
  })

  test.each([
    ['http://127.0.0.1:1/sub'],
    ['https://169.254.169.254/latest/meta-data'],
    ['https://fcm.googleapis.com.evil.example/sub'],
    ['https://fcm.googleapis.com:444/sub'],
    ['http://fcm.googleapis.com/sub'],
    ['https://user:pass@fcm.googleapis.com/sub'],
    ['https://a.b.notify.windows.com/sub'],
    ['https://notify.windows.com.evil.example/sub'],
    ['file:///etc/passwd'],
    ['sub'],
    [`https://fcm.googleapis.com/${'x'.repeat(2048)}`],
  ])('and never by a call to %s', async (endpoint) => {
    const { open, wakeBy } = world()
    await open()
    expect((await wakeBy({ ...service.subscription, endpoint })).status).toBe(400)
  })

  test('nor with keys that are none', async () => {
    const { open, wakeBy } = world()
    await open()
    for (const subscription of [
      { endpoint: service.subscription.endpoint },
      { ...service.subscription, keys: { p256dh: 'AAAA', auth: service.subscription.keys.auth } },
      { ...service.subscription, keys: { ...service.subscription.keys, auth: 'AAAA' } },
    ])
      expect((await wakeBy(subscription)).status).toBe(400)
  })
})

describe('createWebPush', () => {
  const sender = createWebPush(vapid)

  test.each([
    ['https://fcm.googleapis.com/fcm/send/a'],
    ['https://updates.push.services.mozilla.com/wpush/v2/a'],
    ['https://web.push.apple.com/a'],
    ['https://db5p.notify.windows.com/w/?token=a'],
  ])('knows the service of %s', (endpoint) => {
    expect(sender.parse({ ...service.subscription, endpoint })?.endpoint).toBe(endpoint)
  })

  test.each([
    [{ subject: 'ops' }],
    [{ publicKey: 'AAAA' }],
    [{ privateKey: 'AAAA' }],
    [{ allowOrigins: ['https://a.example/'] }],
  ])('refuses the mistake %j, and shows no key', (mistake) => {
    let message = ''
    try {
      createWebPush({ ...vapid, ...mistake })
    } catch (error) {
      message = String(error)
      expect(error).toMatchObject({ code: 'RELAY_CONFIG_INVALID' })
    }
    expect(message).toMatch(/webPush/)
    expect(message).not.toContain(keys.privateKey)
  })

  test('survives keys that are no point of the curve', async () => {
    const p256dh = encodeBase64url(new Uint8Array(65).fill(4))
    const bad = { ...service.subscription, keys: { ...service.subscription.keys, p256dh } }
    expect(await sender.send(bad, '{}', new AbortController().signal)).toBe('failed')
  })
})

/** The claims of a `vapid` header whose signature holds (RFC 8292, section 3). */
function verifyVapid(header: string): unknown {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(header) ?? []
  const point = Buffer.from(key, 'base64url')
  const x = point.subarray(1, 33).toString('base64url')
  const y = point.subarray(33).toString('base64url')
  const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })
  const [head, payload, signature = ''] = token.split('.')
  const holds = verify(
    'sha256',
    Buffer.from(`${head}.${payload}`),
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  expect(holds && key === keys.publicKey).toBe(true)
  return JSON.parse(Buffer.from(payload ?? '', 'base64url').toString('utf8'))
}
