import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { rejection } from '../../test-support/exchange-world.ts'
import { ManualClock } from '../clock/manual-clock.ts'
import { isUportError, UportError } from '../errors/uport-error.ts'
import { Requester } from '../exchange/requester.ts'
import { decodeJwt } from '../jwt/decode.ts'
import { memoryBoxKeys } from '../keys/memory-box-keys.ts'
import { MemoryKeyStore } from '../keys/memory-key-store.ts'
import type { Did, DidDocument, JsonObject, RequestStore } from '../ports/index.ts'
import { memoryRequestStore } from '../stores/memory-request-store.ts'
import { type Disclosure, disclosure } from './disclosure.ts'
import type { SubjectRule } from './flow.ts'

interface Vector {
  readonly id: string
  readonly class: 'conformance' | 'weakness'
  readonly token: string
  readonly verifier: { readonly did: Did }
  readonly at: number
  readonly didDocuments: Readonly<Record<string, DidDocument>>
  readonly expect: { readonly ok: boolean; readonly profile?: JsonObject }
}

const file = new URL('../../../../test/vectors/disclosure.json', import.meta.url)
const { vectors }: { readonly vectors: readonly Vector[] } = JSON.parse(readFileSync(file, 'utf8'))

/** The request that every honest reply of the file repeats. */
const OUTSTANDING = String(
  decodeJwt(vectors.find(({ id }) => id === 'auth-public-only')?.token).payload['req'],
)

/** What the kernel answers instead of a profile: the code, by vector. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['auth-missing-challenge', 'REPLY_NOT_BOUND'],
  ['auth-wrong-challenge-type', 'REPLY_NOT_BOUND'],
  ['auth-challenge-from-other-aud-other', 'REPLY_NOT_BOUND'],
  // It repeats no request: such a token is nobody's answer.
  ['verify-plain', 'REPLY_NOT_BOUND'],
  // Its request has expired and is forgotten.
  ['auth-expired-response', 'REQUEST_UNKNOWN'],
  ['auth-wrong-audience', 'JWT_AUDIENCE_MISMATCH'],
  ['weak-challenge-issued-by-attacker', 'REPLY_NOT_BOUND'],
  // Names that only a proof may carry are not cleaned away: whoever sends them attacks.
  ['weak-own-did-override', 'OWN_CLAIM_RESERVED'],
  ['weak-own-address-override', 'OWN_CLAIM_RESERVED'],
  ['weak-response-type-not-checked', 'REPLY_TYPE_MISMATCH'],
  ['weak-no-exp-response', 'JWT_CLAIM_INVALID'],
])

/** A requester to whom the request of the file is outstanding. */
async function requesterFor(vector: Vector, subjects: SubjectRule) {
  const clock = new ManualClock(vector.at)
  const requests: RequestStore = memoryRequestStore({ clock })
  const { exp } = decodeJwt(OUTSTANDING).payload
  await requests.put({
    id: 'r1',
    issuer: vector.verifier.did,
    requestType: 'shareReq',
    jwt: OUTSTANDING,
    expiresAt: Number(exp),
    reply: { channel: 'none', callback: 'https://app.example/cb', state: {} },
  })
  const documents = new Map(Object.entries(vector.didDocuments))
  return new Requester({
    identity: { did: vector.verifier.did, keyId: 'k', keys: new MemoryKeyStore(), boxKeys: memoryBoxKeys() },
    resolver: {
      methods: ['ethr'],
      async resolve(did) {
        const document = documents.get(did)
        if (document === undefined) throw new UportError('DID_NOT_FOUND', 'nobody', { data: { did } })
        return { did, document }
      },
    },
    requests,
    clock,
    subjects,
    skew: 300,
  })
}

async function judge(vector: Vector, subjects: SubjectRule = 'any'): Promise<Disclosure> {
  const requester = await requesterFor(vector, subjects)
  return requester.verify(disclosure, 'r1', { access_token: vector.token })
}

/** Our parts in the shape of the original, whose one object mixes them. */
function asProfile(who: Disclosure): JsonObject {
  const { did, own, profile, verified, account, deviceKey, boxPub } = who
  return JSON.parse(
    JSON.stringify({
      did,
      ...own,
      ...profile,
      ...(account !== undefined && { mnid: account.mnid, address: account.address }),
      deviceKey: deviceKey?.address,
      boxPub,
      ...(verified.length > 0 && { verified: verified.map(({ payload, jwt }) => ({ ...payload, jwt })) }),
    }),
  )
}

/** The same, as far as we report what the original did. */
function asExpected({ id, expect: { profile = {} } }: Vector): JsonObject {
  const { pushToken: _, deviceKey, invalid: __, ...rest } = profile
  // An unverified push token is none; addresses are in lower case.
  expect(id === 'auth-pushtoken' || !Object.hasOwn(profile, 'pushToken')).toBe(true)
  return { ...rest, ...(typeof deviceKey === 'string' && { deviceKey: deviceKey.toLowerCase() }) }
}

const find = (id: string): Vector => {
  const vector = vectors.find((one) => one.id === id)
  if (vector === undefined) throw new Error(`no vector ${id}`)
  return vector
}

describe('disclosure responses that the original processed', () => {
  it('are there', () => {
    expect([
      vectors.length,
      [...REFUSED.keys()].filter((id) => vectors.some((one) => one.id === id)).length,
    ]).toEqual([25, 11])
  })

  const taken = vectors.filter(
    ({ id, class: kind, expect: { ok } }) => ok && kind === 'conformance' && !REFUSED.has(id),
  )

  it('most of them are taken', () => expect(taken.length).toBeGreaterThanOrEqual(10))

  it.each(taken)('$id gives the same', async (vector) => {
    expect(asProfile(await judge(vector))).toEqual(asExpected(vector))
  })

  it.each([...REFUSED])('%s is refused with %s', async (id, code) => {
    const error = await rejection(judge(find(id)))
    expect(isUportError(error) && error.code).toBe(code)
  })

  it('auth-invalid-verified keeps the bad credential apart', async () => {
    const who = await judge(find('auth-invalid-verified'))
    expect(who.invalid).toEqual([{ jwt: 'not.a.jwt', code: 'JWT_MALFORMED' }])
  })

  it('auth-pushtoken and auth-two-capabilities give no leave to push: nothing in them verifies', async () => {
    expect((await judge(find('auth-pushtoken'))).push).toBeUndefined()
    expect((await judge(find('auth-two-capabilities'))).push).toBeUndefined()
  })

  it('weak-rest-override: members of no meaning mean nothing', async () => {
    const vector = find('weak-rest-override')
    const who = await judge(vector)
    expect([who.did, who.account, who.own]).toEqual([vector.expect.profile?.['did'], undefined, {}])
  })

  it('weak-nad-unproven: the account is somebody’s word', async () => {
    expect((await judge(find('weak-nad-unproven'))).account?.proven).toBe(false)
  })

  it('weak-verified-about-someone-else: such a credential is invalid', async () => {
    const who = await judge(find('weak-verified-about-someone-else'), 'holder')
    expect([who.verified, who.invalid.map(({ code }) => code)]).toEqual([[], ['CREDENTIAL_OTHER_SUBJECT']])
  })

  it('weak-replay-2: the same response counts once', async () => {
    const requester = await requesterFor(find('weak-replay-1'), 'holder')
    const body = { access_token: find('weak-replay-1').token }
    await requester.verify(disclosure, 'r1', body)
    expect(find('weak-replay-2').token).toBe(body.access_token)
    expect(await rejection(requester.verify(disclosure, 'r1', body))).toMatchObject({
      code: 'REPLY_REPLAYED',
    })
  })
})
