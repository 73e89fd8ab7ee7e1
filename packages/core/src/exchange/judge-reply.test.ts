import { expect, it } from 'vitest'
import { createWorld, NOW, rejection } from '../../test-support/exchange-world.ts'
import { seal, token } from '../../test-support/replies.ts'
import { ManualClock } from '../clock/manual-clock.ts'
import { disclosure } from '../flows/disclosure.ts'
import { verifiedClaim } from '../flows/verified-claim.ts'
import { Requester } from './requester.ts'

it('takes a reply in the last second of its request, and none after it', async () => {
  const world = await createWorld()
  const { id, jwt } = await world.requester.create(disclosure, {}, { reply: 'local', lifetime: 60 })
  const claims = { type: 'shareResp', aud: world.app.did, exp: NOW + 600, req: jwt }
  const reply = seal(jwt, { access_token: await token(world.user.identity, claims) })
  world.clock.advance(61)
  const error = await rejection(world.requester.verify(disclosure, id, reply))
  expect(error).toMatchObject({
    code: 'REQUEST_EXPIRED',
    data: { expiresAt: NOW + 60, now: NOW + 61, rejected: 0 },
  })
  const parts = { ...world.parts, clock: new ManualClock(NOW + 60) }
  expect((await new Requester(parts).verify(disclosure, id, reply)).did).toBe(world.user.did)
})

it('knows no request that its store forgot while the reply was judged', async () => {
  const world = await createWorld()
  const requests = { ...world.parts.requests, consume: async () => 'unknown' as const }
  const forgetful = await createWorld({ requests })
  const { id, jwt } = await forgetful.requester.create(disclosure, {}, { reply: 'local' })
  const claims = { type: 'shareResp', aud: world.app.did, exp: NOW + 600, req: jwt }
  const reply = seal(jwt, { access_token: await token(world.user.identity, claims) })
  expect(await rejection(forgetful.requester.verify(disclosure, id, reply))).toMatchObject({
    code: 'REQUEST_UNKNOWN',
  })
})

it('asks no sealing of what the offer of a credential gave no key for', async () => {
  const world = await createWorld({ sealing: 'required' })
  const offer = { sub: world.user.did, claim: { a: 1 } }
  const { id } = await world.requester.create(verifiedClaim, offer, { reply: 'local' })
  const outcome = await world.requester.verify(verifiedClaim, id, { status: 'ok' })
  expect([outcome.requestId, Object.isFrozen(outcome)]).toEqual([id, true])
})
