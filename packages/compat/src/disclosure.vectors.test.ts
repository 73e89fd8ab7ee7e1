import { isUportError, ManualClock, memoryAnsweredRequests } from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import {
  type DisclosureFile,
  type DisclosureVector,
  DocumentResolver,
  readVectors,
} from '../test-support/vectors.ts'
import { Credentials, type CredentialsSettings } from './index.ts'

const { vectors } = readVectors<DisclosureFile>('disclosure')
const conformance = vectors.filter((one) => one.class === 'conformance' && one.expect.ok)
const refused = vectors.filter((one) => !one.expect.ok)
const weaknesses = vectors.filter((one) => one.class === 'weakness' && one.expect.ok)

/** The code that stands for each message or category of the records. */
const CODES: Readonly<Record<string, string>> = {
  'auth-missing-challenge': 'REPLY_NOT_BOUND',
  'auth-wrong-challenge-type': 'REPLY_NOT_BOUND',
  'auth-challenge-from-other-aud-other': 'JWT_AUDIENCE_MISMATCH',
  'auth-expired-response': 'JWT_EXPIRED',
  'auth-wrong-audience': 'JWT_AUDIENCE_MISMATCH',
  'weak-challenge-issued-by-attacker': 'REPLY_NOT_BOUND',
  'weak-response-type-not-checked': 'REPLY_TYPE_MISMATCH',
  'weak-replay-2': 'REPLY_REPLAYED',
  'weak-no-exp-response': 'JWT_CLAIM_INVALID',
}

function verifier(vector: DisclosureVector, settings: CredentialsSettings = {}): Credentials {
  const resolver = new DocumentResolver(vector.didDocuments)
  return new Credentials({ ...vector.verifier, resolver, clock: new ManualClock(vector.at), ...settings })
}

const byId = (list: readonly DisclosureVector[]) => list.map((one) => [one.id, one] as const)

describe('the recorded responses', () => {
  it('are all here', () => {
    expect([conformance.length, refused.length, weaknesses.length]).toEqual([11, 9, 5])
    expect(refused.map(({ id }) => id).sort()).toEqual(Object.keys(CODES).sort())
    expect(conformance.length + refused.length + weaknesses.length).toBe(vectors.length)
  })

  it.each(byId(conformance))('%s gives the same profile', async (_, vector) => {
    // Two of them carry a credential about somebody else, which the original took for the user's.
    const credentials = verifier(vector, { subjects: 'any' })
    expect(await credentials[vector.method](vector.token)).toEqual(vector.expect.profile)
  })

  it.each(byId(refused))('%s is refused', async (id, vector) => {
    const answered = memoryAnsweredRequests({ clock: new ManualClock(vector.at) })
    const credentials = verifier(vector, { answered })
    if (id === 'weak-replay-2') await credentials[vector.method](vector.token)
    const error = await credentials[vector.method](vector.token).catch((reason: unknown) => reason)
    expect(isUportError(error) ? error.code : error).toBe(CODES[id])
  })

  it.each(byId(weaknesses))('%s changes nothing that was proven', async (id, vector) => {
    const profile = await verifier(vector)[vector.method](vector.token)
    expect(profile).toMatchObject({ ...vector.expect.profile })
    const extra = Object.keys(profile).filter((name) => name !== 'did')
    const foreign = id === 'weak-verified-about-someone-else'
    // An account is a claim here too: its documentation says so, and nothing else is added.
    const claimed = id === 'weak-nad-unproven' ? ['mnid', 'address'] : []
    expect(extra).toEqual(foreign ? ['verified', 'invalid'] : claimed)
    if (foreign) expect([profile.verified, profile.invalid?.length]).toEqual([[], 1])
  })
})
