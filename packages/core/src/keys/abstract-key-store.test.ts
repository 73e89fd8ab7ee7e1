import { generateKeyPairSync, type KeyObject, sign as opensslSign } from 'node:crypto'
import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { testKey } from '../../test-support/tokens.ts'
import { concatBytes } from '../bytes/concat.ts'
import { keccak256, sha256 } from '../bytes/hash.ts'
import { decodeHex, encodeHex } from '../bytes/hex.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { UportError } from '../errors/uport-error.ts'
import { createNobleEngine } from '../jwt/noble-engine.ts'
import { compressPoint } from '../jwt/points.ts'
import type { Options, SignContext } from '../ports/index.ts'
import { AbstractKeyStore, type RawPublicKey, type RawSignature } from './abstract-key-store.ts'

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const engine = createNobleEngine()
const key = testKey('device')
const preimage = encodeUtf8('header.payload')
const context: SignContext = { purpose: 'jwt', hash: 'sha256', preimage, preview: { iss: 'did:test:a' } }
const digest = sha256(preimage)
const made = engine.sign(digest, key.privateKey)
const low = concatBytes(made.r, made.s)
const high = concatBytes(made.r, scalar(ORDER - BigInt(`0x${encodeHex(made.s)}`)))

function scalar(value: bigint): Uint8Array {
  return decodeHex(value.toString(16).padStart(64, '0'))!
}

/** DER of a compact signature. */
function der(compact: Uint8Array): Uint8Array {
  const integer = (bytes: Uint8Array) => {
    const start = bytes.findIndex((byte) => byte !== 0)
    const digits = bytes.subarray(start)
    const content = digits[0]! >= 0x80 ? concatBytes(Uint8Array.of(0), digits) : digits
    return concatBytes(Uint8Array.of(2, content.length), content)
  }
  const body = concatBytes(integer(compact.subarray(0, 32)), integer(compact.subarray(32)))
  return concatBytes(Uint8Array.of(0x30, body.length), body)
}

type Behaviour = {
  readonly key?: RawPublicKey | undefined
  readonly load?: () => Promise<RawPublicKey | undefined>
  readonly sign?: (digest: Uint8Array) => Promise<RawSignature>
}

class Device extends AbstractKeyStore {
  readonly calls: string[] = []
  readonly seen: { digest?: Uint8Array; context?: SignContext; options?: Options } = {}
  readonly #behaviour: Behaviour

  constructor(behaviour: Behaviour) {
    super()
    this.#behaviour = behaviour
  }

  protected override async loadPublicKey(keyId: string, options: Options) {
    this.calls.push(`load ${keyId}`)
    this.seen.options = options
    return this.#behaviour.load === undefined ? this.#behaviour.key : this.#behaviour.load()
  }

  protected override async signDigest(keyId: string, given: Uint8Array, seen: SignContext, options: Options) {
    this.calls.push(`sign ${keyId}`)
    Object.assign(this.seen, { digest: given.slice(), context: seen, options })
    return this.#behaviour.sign === undefined ? { compact: low } : this.#behaviour.sign(given)
  }
}

const point: RawPublicKey = { point: key.publicKey }
const answer = (raw: RawSignature) => new Device({ key: point, sign: async () => raw })

describe('get', () => {
  it.each([
    ['compressed', { point: key.publicKey }],
    ['uncompressed', { point: key.uncompressed }],
    [
      'SPKI',
      { spki: concatBytes(decodeHex('3056301006072a8648ce3d020106052b8104000a034200')!, key.uncompressed) },
    ],
    [
      'compressed SPKI',
      { spki: concatBytes(decodeHex('3036301006072a8648ce3d020106052b8104000a032200')!, key.publicKey) },
    ],
  ] as const)('reads a key that is %s', async (_, raw) => {
    const info = await new Device({ key: raw }).get('k')
    expect(info).toEqual({ keyId: 'k', type: 'secp256k1', publicKey: key.publicKey })
    expect(Object.isFrozen(info)).toBe(true)
  })

  it('gives a key that is not shared with the device', async () => {
    const raw = key.publicKey.slice()
    const info = await new Device({ key: { point: raw } }).get('k')
    raw.fill(0)
    expect(info?.publicKey).toEqual(key.publicKey)
  })

  it('gives undefined for a key that is not there', async () => {
    expect(await new Device({ key: undefined }).get('k')).toBeUndefined()
  })

  const p256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey.export({
    type: 'spki',
    format: 'der',
  })
  it.each([
    ['SPKI of another curve', { spki: new Uint8Array(p256) }],
    ['empty SPKI', { spki: new Uint8Array() }],
    [
      'SPKI off the curve',
      {
        spki: concatBytes(
          decodeHex('3056301006072a8648ce3d020106052b8104000a034200')!,
          Uint8Array.of(4),
          new Uint8Array(64).fill(1),
        ),
      },
    ],
    ['a point off the curve', { point: concatBytes(Uint8Array.of(4), new Uint8Array(64).fill(1)) }],
    ['the point at infinity', { point: Uint8Array.of(0) }],
    ['a raw point', { point: key.uncompressed.subarray(1) }],
  ] as const)('refuses %s', async (_, raw) => {
    const error = { code: 'KEY_INVALID', data: { reason: 'not a public key of secp256k1' } }
    await expect(new Device({ key: raw }).get('k')).rejects.toMatchObject(error)
    const device = new Device({ key: raw })
    await expect(device.sign('k', digest, context)).rejects.toMatchObject(error)
    expect(device.calls).toEqual(['load k'])
  })
})

describe('sign', () => {
  it.each([
    ['compact, low s', { compact: low }],
    ['compact, high s', { compact: high }],
    ['DER, low s', { der: der(low) }],
    ['DER, high s', { der: der(high) }],
  ])('gives the low signature that recovers, from %s', async (_, raw) => {
    expect(await answer(raw).sign('k', digest, context)).toEqual(made)
  })

  it('reads DER of 64 bytes as DER, and not as r and s', async () => {
    const bytes = encodeUtf8('eyJhbGciOiJFUzI1NksifQ.eyJpc3MiOiJkaWQ6dXBvcnQ6MiJ9')
    const short = decodeHex(
      '303e02203a1aec073d4f105d611872c4262481643c19d113438583eb53a8a767a72e7627' +
        '021a6591487d8226346574329f336e35a7f3eebfab771e03321f3946',
    )!
    const of = decodeHex(
      '042634584816c5829a897bb6207f82018844fae44d28e4c9994f2eeaf133aafc8a' +
        'f6b3b3343e0e3660a91d66599638838674928034d6e0272e1c4110a8fa5b3ae5',
    )!
    const store = (raw: RawSignature) => new Device({ key: { point: of }, sign: async () => raw })
    expect(short).toHaveLength(64)
    const told = { ...context, preimage: bytes }
    const { s } = await store({ der: short }).sign('k', sha256(bytes), told)
    expect(encodeHex(s)).toBe(`${'0'.repeat(12)}6591487d8226346574329f336e35a7f3eebfab771e03321f3946`)
    await expect(store({ compact: short }).sign('k', sha256(bytes), told)).rejects.toMatchObject({
      code: 'KEY_SIGNATURE_INVALID',
    })
  })

  it('gives either recovery id, as the digest will have it', async () => {
    const seen = new Set<number>()
    for (let index = 0; index < 12; index++) {
      const bytes = Uint8Array.of(index)
      const device = new Device({
        key: point,
        sign: async (given) => {
          const { r, s } = engine.sign(given, key.privateKey)
          return {
            compact: concatBytes(r, index % 2 === 0 ? s : scalar(ORDER - BigInt(`0x${encodeHex(s)}`))),
          }
        },
      })
      const signature = await device.sign('k', sha256(bytes), { ...context, preimage: bytes })
      seen.add(signature.recovery)
      expect(signature).toEqual(engine.sign(sha256(bytes), key.privateKey))
    }
    expect(seen).toEqual(new Set([0, 1]))
  })

  it('takes what a device made of OpenSSL returns', async () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
    const store = new OpensslDevice(
      pair.privateKey,
      new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' })),
    )
    const info = await store.get('k')
    for (let index = 0; index < 8; index++) {
      const bytes = Uint8Array.of(index)
      const { r, s, recovery } = await store.sign('k', sha256(bytes), { ...context, preimage: bytes })
      expect(BigInt(`0x${encodeHex(s)}`) <= ORDER / 2n).toBe(true)
      expect(compressPoint(engine.recover(concatBytes(r, s), recovery, sha256(bytes))!)).toEqual(
        info?.publicKey,
      )
    }
  })

  it('hands digest, context and signal to the device', async () => {
    const device = new Device({ key: point })
    const { signal } = new AbortController()
    await device.sign('k', digest, context, { signal })
    expect(device.calls).toEqual(['load k', 'sign k'])
    expect(device.seen.digest).toEqual(digest)
    expect(device.seen.context).toEqual(context)
    expect(device.seen.options?.signal).toBe(signal)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it.each([
    ['bytes', (given: Uint8Array) => new Uint8Array(given)],
    ['a Buffer, whose slices share its memory', (given: Uint8Array) => Buffer.from(given)],
  ])('hands on what was checked, whatever the caller writes into %s meanwhile', async (_, copy) => {
    let loaded: (key: RawPublicKey) => void = () => {}
    const loading = new Promise<RawPublicKey>((resolve) => {
      loaded = resolve
    })
    const device = new Device({
      load: () => loading,
      sign: async (given) => {
        const { r, s } = engine.sign(given, key.privateKey)
        return { compact: concatBytes(r, s) }
      },
    })
    const given = copy(digest)
    const told = { ...context, preimage: copy(preimage) }
    const signing = device.sign('k', given, told)
    const other = encodeUtf8('header.changed')
    told.preimage.set(other.subarray(0, told.preimage.length))
    Object.assign(told, { purpose: 'transaction', preview: { iss: 'did:test:other' } })
    given.set(sha256(other))
    loaded(point)
    expect(await signing).toEqual(made)
    expect(device.seen.digest).toEqual(digest)
    expect(device.seen.context).toEqual(context)
  })

  it('does not let the device change the digest it is checked against', async () => {
    const device = new Device({
      key: point,
      sign: async (given) => {
        const { r, s } = engine.sign(given, key.privateKey)
        given.fill(0)
        return { compact: concatBytes(r, s) }
      },
    })
    const given = digest.slice()
    expect(await device.sign('k', given, context)).toEqual(made)
    expect(given).toEqual(digest)
  })

  it('does keccak-256 as well', async () => {
    const device = new Device({
      key: point,
      sign: async (given) => {
        const { r, s } = engine.sign(given, key.privateKey)
        return { compact: concatBytes(r, s) }
      },
    })
    const hash = keccak256(preimage)
    const signature = await device.sign('k', hash, {
      ...context,
      purpose: 'personal-message',
      hash: 'keccak256',
    })
    expect(signature).toEqual(engine.sign(hash, key.privateKey))
  })
})

describe('before the device is asked', () => {
  it.each([0, 31, 33, 64])('a digest of %i bytes is a TypeError', async (length) => {
    const device = new Device({ key: point })
    await expect(device.sign('k', new Uint8Array(length), context)).rejects.toBeInstanceOf(TypeError)
    expect(device.calls).toEqual([])
  })

  it('so is a digest that is no bytes, and an unknown hash', async () => {
    const device = new Device({ key: point })
    const text = encodeHex(digest).slice(32) as unknown as Uint8Array
    await expect(device.sign('k', text, context)).rejects.toThrow('A digest to sign must be 32 bytes')
    const hash = 'sha512' as unknown as 'sha256'
    await expect(device.sign('k', digest, { ...context, hash })).rejects.toThrow("The context's hash must be")
    expect(device.calls).toEqual([])
  })

  it.each([
    ['another digest', sha256(digest), context],
    ['another preimage', digest, { ...context, preimage: encodeUtf8('header.other') }],
    ['another hash', digest, { ...context, hash: 'keccak256' as const }],
  ])('%s is refused', async (_, given, told) => {
    const device = new Device({ key: point })
    await expect(device.sign('k', given, told)).rejects.toMatchObject({
      code: 'KEY_DIGEST_MISMATCH',
      data: { keyId: 'k' },
    })
    expect(device.calls).toEqual([])
  })

  it('an unknown key is refused', async () => {
    const device = new Device({ key: undefined })
    await expect(device.sign('k', digest, context)).rejects.toMatchObject({
      code: 'KEY_NOT_FOUND',
      data: { keyId: 'k' },
    })
    expect(device.calls).toEqual(['load k'])
  })
})

describe('a device that lies', () => {
  const other = engine.sign(digest, testKey('other').privateKey)
  const elsewhere = engine.sign(sha256(digest), key.privateKey)
  const notMade = 'not made by this key over this digest'
  it.each([
    ['signs with another key', { compact: concatBytes(other.r, other.s) }, notMade],
    ['signs another digest', { compact: concatBytes(elsewhere.r, elsewhere.s) }, notMade],
    ['returns zeros', { compact: new Uint8Array(64) }, notMade],
    ['returns ones', { compact: new Uint8Array(64).fill(255) }, notMade],
    ['returns s beyond the order', { compact: concatBytes(made.r, scalar(ORDER + 1n)) }, notMade],
    ['returns 63 bytes', { compact: low.subarray(1) }, 'not 64 bytes'],
    ['returns 65 bytes', { compact: concatBytes(low, Uint8Array.of(0)) }, 'not 64 bytes'],
    ['returns DER as compact', { compact: der(low) }, 'not 64 bytes'],
    ['returns compact as DER', { der: low }, 'not strict DER'],
    ['returns DER with a tail', { der: concatBytes(der(low), Uint8Array.of(0)) }, 'not strict DER'],
  ] as const)('%s', async (_, raw, reason) => {
    await expect(answer(raw).sign('k', digest, context)).rejects.toMatchObject({
      code: 'KEY_SIGNATURE_INVALID',
      data: { keyId: 'k', reason },
      retryable: false,
    })
  })
})

describe('a device that fails', () => {
  const secret = 'pin 1234'
  const withCode = Object.assign(new Error(secret), { code: 'ECONNREFUSED' })
  const named = Object.assign(new Error(secret), { name: 'AccessDeniedException' })
  const telling = Object.assign(new Error(secret), { code: secret, name: `x ${secret}` })
  it.each([
    [withCode, 'ECONNREFUSED'],
    [named, 'AccessDeniedException'],
    [Object.assign(new Error(secret), { code: 'x'.repeat(65) }), 'Error'],
    [Object.assign(new Error(secret), { code: 7 }), 'Error'],
    [telling, 'unknown'],
    [secret, 'unknown'],
    [undefined, 'unknown'],
    [null, 'unknown'],
  ])('%s becomes a code without its text', async (thrown, reason) => {
    const failing = () => Promise.reject(thrown)
    for (const outcome of [
      new Device({ load: failing }).get('k'),
      new Device({ load: failing }).sign('k', digest, context),
      new Device({ key: point, sign: failing }).sign('k', digest, context),
    ]) {
      const error = await outcome.catch((caught: unknown) => caught)
      expect(error).toBeInstanceOf(UportError)
      expect(error).toMatchObject({ code: 'KEY_STORE_FAILED', data: { keyId: 'k', reason }, retryable: true })
      const { message, data, cause } = error as UportError
      expect(JSON.stringify([message, data])).not.toContain('1234')
      expect(cause).toBeUndefined()
    }
  })

  it('passes codes of its own on', async () => {
    const refused = new UportError('KEY_SIGNING_REFUSED', 'No', { data: { keyId: 'k', reason: 'policy' } })
    const device = new Device({ key: point, sign: () => Promise.reject(refused) })
    await expect(device.sign('k', digest, context)).rejects.toBe(refused)
  })
})

describe('abort', () => {
  const never = () => new Promise<never>(() => {})

  it('ends it before the device is asked', async () => {
    const device = new Device({ key: point })
    const signal = AbortSignal.abort('early')
    await expect(device.get('k', { signal })).rejects.toBe('early')
    await expect(device.sign('k', digest, context, { signal })).rejects.toBe('early')
    expect(device.calls).toEqual([])
  })

  it.each([
    ['loads the key', { load: never }],
    ['signs', { key: point, sign: never }],
  ])('ends it while the device %s', async (_, behaviour) => {
    const controller = new AbortController()
    const outcome = new Device(behaviour).sign('k', digest, context, { signal: controller.signal })
    controller.abort('enough')
    await expect(outcome).rejects.toBe('enough')
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })

  it('is told apart from the failure that it causes', async () => {
    const controller = new AbortController()
    const device = new Device({
      load: async () => {
        controller.abort('enough')
        throw new Error('aborted request')
      },
    })
    await expect(device.get('k', { signal: controller.signal })).rejects.toBe('enough')
  })
})

/** A device that only signs whole messages: OpenSSL hashes with SHA-256 by itself. */
class OpensslDevice extends AbstractKeyStore {
  readonly #privateKey: KeyObject
  readonly #spki: Uint8Array

  constructor(privateKey: KeyObject, spki: Uint8Array) {
    super({ engine: createNobleEngine() })
    this.#privateKey = privateKey
    this.#spki = spki
  }

  protected override async loadPublicKey() {
    return { spki: this.#spki }
  }

  protected override async signDigest(_keyId: string, _digest: Uint8Array, told: SignContext) {
    return { der: new Uint8Array(opensslSign('sha256', told.preimage, this.#privateKey)) }
  }
}
