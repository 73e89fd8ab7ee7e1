import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createNobleEngine, MemoryKeyStore, signJwt, type UportError, verifyJwt } from '@uport-kit/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { bestEngine, createNativeEngine } from './native-engine.ts'

describe('where no binding loads', () => {
  // Where the package looks for its binding; an empty directory is a machine that nothing was compiled for.
  beforeEach(() => {
    vi.stubEnv('SECP256K1_PREBUILD', mkdtempSync(join(tmpdir(), 'no-binding-')))
  })
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it('the native engine is refused with a code, and the JavaScript fallback of the package is not loaded', () => {
    expect(() => createNativeEngine()).toThrow(expect.objectContaining({ code: 'ENGINE_UNAVAILABLE' }))
    expect(() => createNativeEngine()).toThrow(
      expect.objectContaining({ data: { platform: process.platform, arch: process.arch } }),
    )
  })

  it('the fallback is taken where one is given, and its reason told', () => {
    const told: UportError[] = []
    const fallback = createNobleEngine()
    const engine = createNativeEngine({ fallback, onFallback: (reason) => told.push(reason) })
    expect(engine).toBe(fallback)
    expect(told.map(({ code }) => code)).toEqual(['ENGINE_UNAVAILABLE'])
  })

  it('the best engine is the default one, with a warning of the process', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
    const engine = bestEngine()
    expect(engine.isPrivateKey(new Uint8Array(32).fill(1))).toBe(true)
    expect(await warned).toMatchObject({ code: 'ENGINE_UNAVAILABLE' })
  })
})

describe('where it loads', () => {
  it('the best engine is the native one, without a word', () => {
    const onFallback = vi.fn()
    expect(bestEngine({ onFallback })).not.toHaveProperty('prepare')
    expect(onFallback).not.toHaveBeenCalled()
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
