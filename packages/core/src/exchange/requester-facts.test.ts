import { expect, it } from 'vitest'
import { createWorld, NOW } from '../../test-support/exchange-world.ts'
import { token } from '../../test-support/replies.ts'
import type { ContentSource, Options, SafeFetch } from '../ports/index.ts'

it('what takes too long is unknown, and is told to stop', async () => {
  const world = await createWorld()
  const signals: (AbortSignal | undefined)[] = []
  const hang = ({ signal }: Options = {}) => {
    signals.push(signal)
    return new Promise<never>(() => {})
  }
  const safeFetch: SafeFetch = { fetch: (_, __, options) => hang(options) }
  const content: ContentSource = { get: (_, __, options) => hang(options) }
  const link = '/ipfs/QmSCnmXC91Arz2gj934Ce4DeR7d9fULWRepjzGMX6SSazB'
  const claims = { type: 'shareReq', exp: NOW + 60, callback: 'https://app.example/cb', vc: [link] }
  const text = await token(world.app.identity, claims)
  const received = world.responder(world.user, { safeFetch, content }).receive(text)
  await expect.poll(() => signals).toHaveLength(2)
  expect(signals.map((signal) => signal?.aborted)).toEqual([false, false])
  world.clock.advance(5)
  const consent = await received
  expect(consent.recipient).toEqual({ trust: 'claimed', origin: 'https://app.example' })
  expect(consent.issuerClaims.undetermined).toEqual([{ jwt: link, code: 'CREDENTIAL_UNDETERMINED' }])
  expect(signals.map((signal) => signal?.aborted)).toEqual([true, true])
  expect(world.clock.pending).toBe(0)
})
