import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { concatBytes, decodeHex, encodeHex, MemoryKeyStore, signJwt, verifyJwt } from '@uport-kit/core'
import { describe, expect, it, vi } from 'vitest'
import { bestEngine, createNativeEngine } from './native-engine.ts'

/** Runs a module where nothing was compiled for the machine: in a process of its own, since a binding that loaded stays. */
function withoutBinding(body: string): unknown {
  const script = `
    import { createNobleEngine } from '@uport-kit/core'
    import { bestEngine, createNativeEngine } from '@uport-kit/engine-native'
    import { createRequire } from 'node:module'
    const say = (value) => console.log(JSON.stringify(value))
    ${body}`
  const env = { ...process.env, SECP256K1_PREBUILD: mkdtempSync(join(tmpdir(), 'no-binding-')) }
  const cwd = fileURLToPath(new URL('..', import.meta.url))
  return JSON.parse(
    execFileSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], {
      cwd,
      env,
      encoding: 'utf8',
    }),
  )
}

describe('where no binding loads', () => {
  it('the native engine is refused with a code, and the JavaScript fallback of the package is not loaded', () => {
    const said = withoutBinding(`
      const files = () => Object.keys(createRequire(import.meta.url).cache).filter((file) => file.includes('elliptic'))
      try {
        createNativeEngine()
      } catch ({ code, data }) {
        say({ code, data, files: files() })
      }`)
    const { platform, arch } = process
    expect(said).toEqual({ code: 'ENGINE_UNAVAILABLE', data: { platform, arch }, files: [] })
  })

  it('the fallback is taken where one is given, and its reason told', () => {
    const said = withoutBinding(`
      const told = []
      const fallback = createNobleEngine()
      const engine = createNativeEngine({ fallback, onFallback: ({ code }) => told.push(code) })
      say({ same: engine === fallback, told })`)
    expect(said).toEqual({ same: true, told: ['ENGINE_UNAVAILABLE'] })
  })

  it('the best engine is the default one, with a warning of the process', () => {
    const said = withoutBinding(`
      process.once('warning', ({ code }) => say({ code, works: engine.isPrivateKey(new Uint8Array(32).fill(1)) }))
      const engine = bestEngine()`)
    expect(said).toEqual({ code: 'ENGINE_UNAVAILABLE', works: true })
  })
})

describe('where it loads', () => {
  it('the best engine is the native one, without a word', () => {
    const onFallback = vi.fn()
    expect(bestEngine({ onFallback })).not.toHaveProperty('prepare')
    expect(onFallback).not.toHaveBeenCalled()
  })

  it('writes into nothing it is given, and answers in arrays that no later question changes', () => {
    const engine = createNativeEngine()
    const [one, other] = [1, 2].map((byte) => new Uint8Array(32).fill(byte)) as [Uint8Array, Uint8Array]
    const { r, s, recovery } = engine.sign(one, other)
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    const highS = decodeHex((order - BigInt(`0x${encodeHex(s)}`)).toString(16), { prefix: 'none' })!
    const signature = concatBytes(r, highS)
    const publicKey = engine.decompress(engine.publicKeyOf(other))!
    const given = [signature, one, publicKey].map((bytes) => bytes.slice())
    expect(engine.verify(signature, one, publicKey)).toBe(true)
    const answer = engine.recover(signature, recovery === 0 ? 1 : 0, one)!
    expect([signature, one, publicKey]).toEqual(given)
    expect(answer).toEqual(publicKey)
    expect(engine.recover(signature, recovery, one)).not.toEqual(publicKey)
    expect(engine.recover(new Uint8Array(64), recovery, one)).toBeUndefined()
    expect(answer).toEqual(publicKey)
    expect(answer.buffer.byteLength).toBe(65)
  })

  it('signs and verifies tokens in one line each', async () => {
    const engine = createNativeEngine()
    const keys = new MemoryKeyStore({ engine })
    const { keyId } = await keys.create()
    const did = `did:ethr:${keyId}` as const
    const jwt = await signJwt({ aud: 'did:example:me' }, { did, keyId, keys }, { now: 1_700_000_000 })
    const document = {
      '@context': 'https://www.w3.org/ns/did/v1',
      id: did,
      publicKey: [{ id: `${did}#owner`, type: 'Secp256k1VerificationKey2018', ethereumAddress: keyId }],
    }
    const resolver = { methods: ['ethr'], resolve: async () => ({ did, document }) }
    const rules = { resolver, engine, now: 1_700_000_000, audience: 'did:example:me' }
    expect(await verifyJwt(jwt, rules)).toMatchObject({ issuer: did })
    const { engine: _, ...withDefault } = rules
    expect(await verifyJwt(jwt, withDefault)).toMatchObject({ issuer: did })
  })
})
