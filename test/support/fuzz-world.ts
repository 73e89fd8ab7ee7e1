import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  createNobleEngine,
  decodeJwt,
  disclosure,
  type Json,
  type JsonObject,
  memoryRequestStore,
  Requester,
  type Secp256k1Engine,
} from '@uport-kit/core'
import { createWorld, NOW, type World } from '../../packages/core/test-support/exchange-world.ts'
import type { Party } from '../../packages/core/test-support/parties.ts'
import { textsOf } from './sign-text.ts'

/** What a key really signed, and whose key it is. */
export interface Signed {
  readonly did: string
  readonly payload: string
}

/** Header and payload to start from. */
export interface Seed {
  readonly header: string
  readonly payload: string
  readonly by: Party
}

interface Vector {
  readonly jwt: string
  readonly verify: { readonly at: number }
  readonly expect: { readonly valid: boolean }
}

/** Parties whose every signature is written down, so that it is known what may be accepted. */
export class FuzzWorld {
  readonly world: World
  readonly responder: ReturnType<World['responder']>
  /** Whether the kernel found a signature to be right since this was set to false. */
  proven = false
  readonly vectors: readonly Seed[]
  readonly engine: Secp256k1Engine
  readonly #noble = createNobleEngine()
  /** By signing input. */
  readonly #lasting = new Map<string, Signed>()
  #ours = new Map<string, Signed>()
  #keys = new Map<string, Uint8Array>()
  #exchange: { readonly requester: Requester; readonly id: string; readonly request: string } | undefined

  private constructor(world: World) {
    this.world = world
    const { verify, ...others } = this.#noble
    this.engine = {
      ...others,
      verify: (...signature) => {
        const right = verify(...signature)
        this.proven ||= right
        return right
      },
    }
    this.responder = world.responder(world.user, { engine: this.engine })
    for (const { identity, did } of [world.app, world.user, world.stranger, world.issuer]) {
      this.#keys.set(
        did,
        new Uint8Array(createHash('sha256').update(`test party ${identity.keyId}`).digest()),
      )
    }
    this.vectors = readVectors().map(({ jwt, verify: { at } }) => this.#seedOf(jwt, at))
  }

  static async create(): Promise<FuzzWorld> {
    const world = new FuzzWorld(await createWorld())
    await world.renew()
    return world
  }

  get id(): string {
    return this.#current.id
  }

  get request(): string {
    return this.#current.request
  }

  get requester(): Requester {
    return this.#current.requester
  }

  /** A request that nobody has answered. */
  async renew(): Promise<void> {
    const { parts, clock } = this.world
    const requests = memoryRequestStore({ clock })
    const requester = new Requester({ ...parts, requests, engine: this.engine, sealing: 'preferred' })
    const claims = { user_info: { name: null, phone: { reason: 'to call you' } } }
    const { id, jwt } = await requester.create(
      disclosure,
      { claims, permissions: ['notifications'] },
      { reply: 'local' },
    )
    this.#lasting.clear()
    this.#exchange = { requester, id, request: jwt }
    const { payload } = textsOf(jwt)
    this.#lasting.set(signingInput(jwt), { did: this.world.app.did, payload })
  }

  /** The header and payload of the app's request. */
  requestSeed(): Seed {
    return { ...textsOf(this.request), by: this.world.app }
  }

  /** The header and payload of an honest reply to it. */
  replySeed(audience = this.world.app.did): Seed {
    const { user } = this.world
    const payload = {
      iat: NOW,
      exp: NOW + 600,
      req: this.request,
      own: { name: 'Ada' },
      nad: user.did.slice('did:uport:'.length),
      boxPub: Buffer.alloc(32, 7).toString('base64'),
      aud: audience,
      type: 'shareResp',
      iss: user.did,
    }
    return { header: '{"typ":"JWT","alg":"ES256K"}', payload: JSON.stringify(payload), by: user }
  }

  /** Signs texts with a party's key, and writes down that it did. */
  sign(header: string, payload: string, by: Party): string {
    const input = `${encode(header)}.${encode(payload)}`
    const digest = new Uint8Array(createHash('sha256').update(input).digest())
    const { r, s, recovery } = this.#noble.sign(digest, this.#keys.get(by.did) ?? new Uint8Array())
    const tail = header.includes('ES256K-R') ? [recovery] : []
    // As its bytes say it: UTF-8 has no half of a surrogate pair.
    this.#ours.set(input, { did: by.did, payload: Buffer.from(payload).toString() })
    return `${input}.${Buffer.from([...r, ...s, ...tail]).toString('base64url')}`
  }

  /** What was signed under a token, where it was. */
  signed(jwt: string): Signed | undefined {
    return this.#ours.get(signingInput(jwt)) ?? this.#lasting.get(signingInput(jwt))
  }

  /** Begins another input. */
  next(): void {
    this.proven = false
    this.#ours = new Map()
  }

  /** Values that have their place somewhere in these messages. */
  kin(): readonly Json[] {
    const { app, user, stranger, issuer } = this.world
    const dids = [app, user, stranger, issuer].map(({ did }) => did)
    const mnids = dids.map((did) => did.slice('did:uport:'.length))
    return [...dids, ...mnids, dids, NOW, NOW - 61, NOW - 59, NOW + 61, this.request, 'shareReq', 'shareResp']
  }

  get #current() {
    if (this.#exchange === undefined) throw new Error('the world has no exchange yet')
    return this.#exchange
  }

  /** A token of the vectors as one of today, by somebody whose key is ours. */
  #seedOf(jwt: string, at: number): Seed {
    const { header, payload } = textsOf(jwt)
    const { aud, ...members } = decodeJwt(jwt).payload
    const moved: Record<string, Json> = { ...members, iss: this.world.issuer.did }
    for (const name of ['iat', 'exp', 'nbf']) {
      const time = members[name]
      if (typeof time === 'number') moved[name] = time - at + NOW
    }
    if (aud !== undefined) moved['aud'] = this.world.app.did
    const by = this.world.issuer
    return payload === '' ? { header, payload, by } : { header, payload: JSON.stringify(moved), by }
  }
}

function signingInput(jwt: string): string {
  return jwt.slice(0, jwt.lastIndexOf('.'))
}

export function objectOf(text: string): JsonObject {
  return JSON.parse(text)
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url')
}

function readVectors(): readonly Vector[] {
  const { vectors } = JSON.parse(readFileSync(new URL('../vectors/jwt.json', import.meta.url), 'utf8')) as {
    vectors: readonly Vector[]
  }
  return vectors.filter(({ jwt, expect }) => expect.valid && /ES256K/.test(textsOf(jwt).header))
}
