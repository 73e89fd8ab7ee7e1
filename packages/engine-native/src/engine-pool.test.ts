import { concatBytes, createNobleEngine, sha256, type VerifyJwtRules, verifyMany } from '@uport-kit/core'
import { afterEach, describe, expect, it } from 'vitest'
import {
  forgeToken,
  hexMethod,
  NOW,
  TestResolver,
  testDocument,
  testKey,
} from '../../core/test-support/tokens.ts'
import { EnginePool, type EnginePoolOptions } from './engine-pool.ts'
import { createNativeEngine } from './native-engine.ts'

const noble = createNobleEngine()
const native = createNativeEngine()
const key = testKey('pool')
const issuer = 'did:test:issuer' as const
const document = testDocument(issuer, [hexMethod('#k', key)])
const pools: EnginePool[] = []

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()))
})

function open(options: EnginePoolOptions = {}): EnginePool {
  const pool = new EnginePool({ threads: 2, ...options })
  pools.push(pool)
  return pool
}

function signed(index: number) {
  const digest = sha256(Uint8Array.of(index, index >> 8))
  const { r, s, recovery } = noble.sign(digest, key.privateKey)
  return { digest, signature: concatBytes(r, s), recovery }
}
const samples = Array.from({ length: 40 }, (_, index) => signed(index))

/** Every third signature is over something else. */
function ask(pool: EnginePool) {
  return Promise.all(
    samples.map(({ signature }, index) => {
      const { digest } = samples[index % 3 === 0 ? (index + 1) % samples.length : index]!
      return pool.verify(signature, digest, index % 2 === 0 ? key.publicKey : key.uncompressed)
    }),
  )
}
const expected = samples.map((_, index) => index % 3 !== 0)

describe('a pool of threads', () => {
  it('gives each question its own answer, verdicts and points alike', async () => {
    const pool = open({ threshold: 8 })
    const [verdicts, points] = await Promise.all([
      ask(pool),
      Promise.all(
        samples.map(({ signature, digest, recovery }, index) =>
          pool.recover(signature, index % 4 === 0 ? ((1 - recovery) as 0 | 1) : recovery, digest),
        ),
      ),
    ])
    expect(pool.threads).toBeGreaterThan(0)
    expect(verdicts).toEqual(expected)
    for (const [index, { signature, digest, recovery }] of samples.entries()) {
      const right = index % 4 !== 0
      if (right) expect(points[index]).toEqual(key.uncompressed)
      else expect(points[index]).toEqual(noble.recover(signature, (1 - recovery) as 0 | 1, digest))
    }
  })

  it('works on the main thread, too, while its threads have enough to do, and mixes up no keys', async () => {
    const pool = open({ threads: 1, threshold: 8 })
    const keys = Array.from({ length: 7 }, (_, index) => testKey(`of many ${index}`))
    const asked = Array.from({ length: 400 }, (_, index) => {
      const digest = sha256(Uint8Array.of(index, index >> 8, 7))
      const { r, s } = native.sign(digest, keys[index % keys.length]!.privateKey)
      const right = index % 11 !== 0
      return {
        digest,
        signature: concatBytes(r, s),
        key: keys[(index + (right ? 0 : 1)) % keys.length]!,
        right,
      }
    })
    const verdicts = await Promise.all(
      asked.map(({ signature, digest, key }) => pool.verify(signature, digest, key.publicKey)),
    )
    expect(pool.threads).toBe(1)
    expect(verdicts).toEqual(asked.map(({ right }) => right))
  })

  it('starts none for little work, and answers at once what is malformed', async () => {
    const pool = open()
    expect(await ask(pool)).toEqual(expected)
    expect(pool.threads).toBe(0)
    const { signature, digest } = samples[0]!
    expect(pool.verify(signature, digest, new Uint8Array(12))).toBe(false)
    expect(pool.verify(signature.subarray(1), digest, key.publicKey)).toBe(false)
    expect(pool.recover(signature, 2 as 0 | 1, digest)).toBe(undefined)
    expect(pool.recover(signature, 0, digest.subarray(1))).toBe(undefined)
  })

  it('answers all the same when it is closed in the middle, and afterwards without threads', async () => {
    const pool = open({ threshold: 1 })
    const verdicts = ask(pool)
    await new Promise((resolve) => setImmediate(resolve))
    expect(pool.threads).toBeGreaterThan(0)
    await pool.close()
    expect(await verdicts).toEqual(expected)
    expect(await ask(pool)).toEqual(expected)
    expect(pool.threads).toBe(0)
  })

  it('ends with the block that uses it', async () => {
    let ended: EnginePool
    {
      await using pool = new EnginePool({ threads: 1, threshold: 1 })
      ended = pool
      expect(await ask(pool)).toEqual(expected)
      expect(pool.threads).toBe(1)
    }
    expect(ended.threads).toBe(0)
  })

  it('refuses numbers that are none', () => {
    for (const wrong of [{ threads: -1 }, { threads: 1.5 }, { threshold: Number.NaN }]) {
      expect(() => new EnginePool(wrong)).toThrow(TypeError)
    }
  })
})

describe('verifyMany on a pool', () => {
  it('judges as it does on one thread: outcomes in order, one bad token harms no other', async () => {
    const tokens: unknown[] = samples.map((_, index) =>
      forgeToken(
        { alg: 'ES256K' },
        { iss: issuer, iat: NOW, index },
        index % 5 === 0 ? testKey('thief') : key,
      ),
    )
    tokens[7] = 'nonsense'
    tokens[8] = forgeToken({ alg: 'ES256K' }, { iss: issuer, iat: NOW, exp: NOW - 900 }, key)
    const rules: VerifyJwtRules = { resolver: new TestResolver(document), now: NOW }
    const pooled = await verifyMany(tokens, { ...rules, engine: open({ threshold: 8 }) })
    const alone = await verifyMany(tokens, rules)
    expect(pooled).toEqual(alone)
    expect(pooled.filter(({ status }) => status === 'rejected')).toHaveLength(10)
  })
})
