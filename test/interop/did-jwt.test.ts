import {
  decodeHex,
  type JwtAlgorithm,
  type JwtSigner,
  MethodRouter,
  signJwt,
  systemClock,
  verifyJwt,
} from '@uport-kit/core'
import { toDidJwtResolver } from '@uport-kit/core/did-jwt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeInterop, genuine } from './support/genuine.ts'
import type { DidJwt4, DidJwt8 } from './support/genuine-types.ts'
import { type InteropWorld, type KnownParty, startInteropWorld } from './support/interop-world.ts'

/** One generation of did-jwt, with what it takes. */
interface Generation {
  sign(payload: object, party: KnownParty, alg: JwtAlgorithm): Promise<string>
  verify(jwt: string, audience: string): Promise<{ readonly payload: object; readonly issuer: string }>
}

describeInterop('did-jwt', () => {
  let world: InteropWorld
  let app: KnownParty
  let user: KnownParty

  beforeAll(async () => {
    world = await startInteropWorld()
    ;[app, user] = await Promise.all([world.registerKnown('app'), world.registerKnown('user')])
  })
  afterAll(() => world.close())

  function generation4(): Generation {
    const didJwt = genuine<DidJwt4>('did-jwt-4')
    return {
      sign: (payload, { did, privateKey }, alg) =>
        didJwt.createJWT(payload, {
          issuer: did,
          signer: didJwt.SimpleSigner(privateKey),
          alg,
          expiresIn: 600,
        }),
      verify: (jwt, audience) => didJwt.verifyJWT(jwt, { resolver: world.bare, audience, auth: true }),
    }
  }

  function generation8(name: string): Generation {
    const didJwt = genuine<DidJwt8>(name)
    return {
      sign(payload, { did, privateKey }, alg) {
        const key = decodeHex(privateKey) ?? new Uint8Array()
        const signer = didJwt.ES256KSigner(key, alg === 'ES256K-R')
        return didJwt.createJWT(payload, { issuer: did, signer, expiresIn: 600 }, { alg })
      },
      verify(jwt, audience) {
        const resolver = toDidJwtResolver(new MethodRouter([world.did]))
        return didJwt.verifyJWT(jwt, { resolver, audience, auth: true })
      },
    }
  }

  describe.each([
    ['4.9', generation4],
    ['8', () => generation8('did-jwt-8')],
    ['9', () => generation8('did-jwt')],
  ] as const)('%s', (_, load) => {
    it.each(['ES256K', 'ES256K-R'] as const)('verifies our %s tokens, and we its', async (alg) => {
      const didJwt = load()
      const claims = { aud: app.did, type: 'shareResp', own: { name: 'Zoë' } }
      const signer: JwtSigner = { ...user.identity, alg }
      const ours = await signJwt(claims, signer, { expiresIn: 600 })
      const taken = await didJwt.verify(ours, app.did)
      expect([taken.issuer, taken.payload]).toMatchObject([user.did, claims])

      const theirs = await didJwt.sign(claims, user, alg)
      const rules = { resolver: world.did, now: systemClock().now(), audience: app.did, authentication: true }
      const verified = await verifyJwt(theirs, { ...rules, requireExpiry: true })
      expect([verified.issuer, verified.payload, verified.header.alg]).toMatchObject([user.did, claims, alg])
    })

    it('and we refuse the same tokens: altered, by another key, for another audience', async () => {
      const didJwt = load()
      const now = systemClock().now()
      const token = await didJwt.sign({ aud: app.did }, user, 'ES256K')
      const [header, payload, signature] = token.split('.')
      const altered = `${header}.${payload}.${signature?.startsWith('A') ? 'B' : 'A'}${signature?.slice(1)}`
      const impostor = await didJwt.sign({ aud: app.did }, { ...app, did: user.did }, 'ES256K')
      for (const bad of [altered, impostor]) {
        await expect(didJwt.verify(bad, app.did)).rejects.toThrow()
        await expect(verifyJwt(bad, { resolver: world.did, now, audience: app.did })).rejects.toMatchObject({
          code: 'JWT_SIGNATURE_INVALID',
        })
      }
      await expect(didJwt.verify(token, user.did)).rejects.toThrow(/audience/)
      await expect(verifyJwt(token, { resolver: world.did, now, audience: user.did })).rejects.toMatchObject({
        code: 'JWT_AUDIENCE_MISMATCH',
      })
    })
  })

  it('4.9 forgave clocks for five minutes each way, unasked; we forgive one, and say how much was needed', async () => {
    const didJwt = generation4()
    const now = systemClock().now()
    const rules = { resolver: world.did, now, audience: app.did }
    const expired = await didJwt.sign({ aud: app.did, iat: now - 900, exp: now - 270 }, user, 'ES256K')
    const early = await didJwt.sign({ aud: app.did, iat: now + 270, exp: now + 900 }, user, 'ES256K')
    for (const token of [expired, early]) {
      expect((await didJwt.verify(token, app.did)).issuer).toBe(user.did)
    }
    await expect(verifyJwt(expired, rules)).rejects.toMatchObject({
      code: 'JWT_EXPIRED',
      data: { exp: now - 270, now, skew: 60 },
    })
    await expect(verifyJwt(early, rules)).rejects.toMatchObject({
      code: 'JWT_NOT_YET_VALID',
      data: { ahead: 270, skew: 60 },
    })
    expect((await verifyJwt(early, { ...rules, skew: 300 })).skewUsed).toBe(270)
  })

  it('4.9 takes a token that never expires; we do not', async () => {
    const didJwt = generation4()
    const endless = await didJwt.sign({ aud: app.did, exp: 'never' }, user, 'ES256K')
    expect((await didJwt.verify(endless, app.did)).issuer).toBe(user.did)
    const rules = { resolver: world.did, now: systemClock().now(), audience: app.did }
    await expect(verifyJwt(endless, rules)).rejects.toMatchObject({ code: 'JWT_CLAIM_INVALID' })
  })
})
