import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodeBase64url } from '../bytes/base64url.ts'
import { decodeHex, encodeHex } from '../bytes/hex.ts'
import { decodeUtf8 } from '../bytes/utf8.ts'
import { createPayload } from '../exchange/create-request.ts'
import { createReplyPayload } from '../exchange/reply-payload.ts'
import { claimSignature } from '../flows/claim-signature.ts'
import { type DisclosureParams, disclosure } from '../flows/disclosure.ts'
import type { Ask, Outcome } from '../flows/flow.ts'
import { personalSign } from '../flows/personal-sign.ts'
import { verifiedClaim } from '../flows/verified-claim.ts'
import { decodeJwt } from '../jwt/decode.ts'
import { type JwtClaims, signJwt } from '../jwt/encode.ts'
import { toLowS } from '../keys/low-s.ts'
import { MemoryKeyStore } from '../keys/memory-key-store.ts'
import type { Did, Json, JsonObject } from '../ports/index.ts'

type Arguments = { readonly [name: string]: never }

interface Vector {
  readonly id: string
  readonly call: string
  readonly args: readonly Arguments[]
  readonly expect: { readonly ok: boolean; readonly jwt?: string; readonly payload?: Record<string, Json> }
}

interface Signer {
  readonly did: Did
  readonly privateKey: string
}

const file = new URL('../../../../test/vectors/messages.json', import.meta.url)
const {
  vectors,
  issuer,
  user,
  clock,
}: {
  readonly vectors: readonly Vector[]
  readonly issuer: Signer
  readonly user: Signer
  readonly clock: number
} = JSON.parse(readFileSync(file, 'utf8'))

/** Made by flows of the Ethereum entry. */
const ETHEREUM = /^(?:ethtx|eip712Req|contract-)/

const tokens = vectors.filter(({ expect: { jwt } }) => jwt !== undefined)
const mine = tokens.filter(({ id }) => !ETHEREUM.test(id))

/** Where our flows refuse, on purpose, what the original made. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['verification-callback', 'a credential holds nothing of its transport'],
  ['personalSigReq', 'from 0xdeadbeef names no account'],
])

/** What our kernel adds, always, to what the original left out: nothing we send is without it. */
const ADDED: ReadonlyMap<string, readonly string[]> = new Map([
  ['verReq', ['exp']],
  ['shareResp-plain', ['req', 'aud']],
])

function disclosureParams(args: Arguments): DisclosureParams {
  const { requested, verified, claims, networkId, rpcUrl, vc, accountType, notifications } = args
  const permissions = notifications === true ? ['notifications'] : undefined
  return { requested, verified, claims, permissions, network: networkId, rpc: rpcUrl, vc, accountType }
}

/** The same request by our flow. */
function askOf({ call, args }: Vector): Ask<Outcome> {
  const [first = {}, second = {}] = args
  switch (call) {
    case 'createDisclosureRequest':
      return disclosure(disclosureParams(first))
    case 'createVerification': {
      const { exp, ...rest } = first
      return verifiedClaim({ ...rest, expiresAt: exp } as unknown as Parameters<typeof verifiedClaim>[0])
    }
    case 'createVerificationSignatureRequest': {
      const { sub, riss, aud, rexp, vc } = second as Record<string, never>
      return claimSignature({
        sub: String(sub),
        claim: first,
        signer: riss,
        audience: aud,
        validFor: rexp,
        vc,
      })
    }
    default: {
      const { from, net } = second as Record<string, never>
      return personalSign({ data: String(first), from, network: net })
    }
  }
}

/** The claims that we sign, given what the vector says of transport. */
function claimsOf(vector: Vector): JwtClaims {
  const { call, args, expect: wanted } = vector
  const { iat = 0, exp, callback, boxPub, aud } = (wanted.payload ?? {}) as Record<string, never>
  if (call !== 'createDisclosureResponse') return createPayload(askOf(vector), { iat, exp, callback, boxPub })
  const { req, ...content } = args[0] as unknown as JsonObject & { readonly req?: string }
  return { iat, exp, ...createReplyPayload({ ...content, type: 'shareResp' }, { req, aud }) }
}

async function sign(claims: JwtClaims, { did, privateKey }: Signer): Promise<string> {
  const keys = new MemoryKeyStore()
  await keys.import(decodeHex(privateKey) ?? new Uint8Array(), { keyId: 'k' })
  return signJwt(claims, { did, keyId: 'k', keys }, { now: clock })
}

/** `r`, low `s` and the recovery id that belongs to it. */
function lowSignature(jwt: string): string {
  const { signature } = decodeJwt(jwt)
  const compact = signature.subarray(0, 64)
  const low = toLowS(compact)
  const flipped = encodeHex(low) !== encodeHex(compact)
  return `${encodeHex(low)}-${(signature[64] ?? 0) ^ (flipped ? 1 : 0)}`
}

const textOf = (part: string | undefined): string | undefined =>
  decodeUtf8(decodeBase64url(part ?? '') ?? new Uint8Array())

describe('the exact tokens of the original', () => {
  it('are there', () => {
    expect([tokens.length, mine.length]).toEqual([35, 25])
    for (const id of [...REFUSED.keys(), ...ADDED.keys()]) expect(mine.map((one) => one.id)).toContain(id)
  })

  it.each(mine.filter(({ id }) => !REFUSED.has(id)))('$id is reproduced byte for byte', async (vector) => {
    const { jwt = '' } = vector.expect
    const made = await sign(claimsOf(vector), vector.call === 'createDisclosureResponse' ? user : issuer)
    const [header, payload] = made.split('.')
    const [theirHeader, theirPayload] = jwt.split('.')
    expect(textOf(payload)).toBe(textOf(theirPayload))
    expect([header, payload]).toEqual([theirHeader, theirPayload])
    expect(lowSignature(made)).toBe(lowSignature(jwt))
  })

  it('verReq: what we send has an end, whatever else is as it was', () => {
    const vector = mine.find(({ id }) => id === 'verReq')
    if (vector === undefined) throw new Error('no such vector')
    expect(vector.expect.payload).not.toHaveProperty('exp')
    expect(createPayload(askOf(vector), { iat: 1, exp: 2 })).toMatchObject({ iat: 1, exp: 2, type: 'verReq' })
  })

  it('personalSigReq: an account that is none is refused; the members stand in the same order', async () => {
    const vector = mine.find(({ id }) => id === 'personalSigReq')
    if (vector === undefined) throw new Error('no such vector')
    expect(() => askOf(vector)).toThrow(TypeError)
    const { callback } = vector.expect.payload as { readonly callback: string }
    const from = issuer.did.slice('did:ethr:'.length)
    const members = { iat: clock, callback, exp: clock + 1 }
    const { payload } = decodeJwt(
      await sign(createPayload(personalSign({ data: '0xdeadbeef', from, network: '0x1' }), members), issuer),
    )
    const { exp: _, ...rest } = payload
    expect(rest).toEqual({ ...vector.expect.payload, from })
    expect(Object.keys(rest)).toEqual(Object.keys(vector.expect.payload ?? {}))
  })

  it('verification-callback: nothing of its transport goes into a credential', () => {
    const vector = mine.find(({ id }) => id === 'verification-callback')
    if (vector === undefined) throw new Error('no such vector')
    expect(() => askOf(vector)).not.toThrow()
    const { callbackUrl: _, iss: __, ...rest } = vector.expect.payload ?? {}
    expect(createPayload(askOf(vector), { iat: clock, callback: 'https://x.example/cb' })).toEqual(rest)
  })
})

describe('what the original refused to make', () => {
  const refused = vectors.filter(({ call, expect: { ok } }) => call === 'createDisclosureRequest' && !ok)

  it('is there', () => expect(refused).toHaveLength(3))

  it.each(refused)('$id is refused by ours too', (vector) => {
    expect(() => askOf(vector)).toThrow(TypeError)
  })
})
