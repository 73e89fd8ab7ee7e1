import { disclosure, Requester } from '@uport-kit/core'
import { QrTransport, terminalRenderer } from '@uport-kit/transport-qr'
import { describe, expect, it } from 'vitest'
import { createWorld } from '../../../core/test-support/exchange-world.ts'
import { codeOf, WorldSender } from '../../test-support/wallet-world.ts'
import { createTestIdentity, createTestWallet, resolverOf } from './index.ts'

const ASK = { claims: { user_info: { name: { essential: true } } } } as const

async function seeded(script?: 'approve' | 'decline') {
  const world = await createWorld()
  const user = await createTestWallet({
    seed: 'ada',
    resolver: world.resolver,
    senders: [new WorldSender(world)],
    clock: world.clock,
    claims: { name: 'Ada' },
    script,
  })
  return { world, user, requester: new Requester({ ...world.parts, resolver: user.resolver }) }
}

describe('createTestWallet', () => {
  it('answers a request given as text, as an identity made from a seed', async () => {
    const { world, user, requester } = await seeded()
    const answer = requester.request(disclosure, ASK, { via: 'screen' })
    await world.screen.arrived
    expect(await user.answer(world.screen.last.uri())).toMatchObject({ decision: 'approved' })
    expect(await answer).toMatchObject({ did: user.identity.did, own: { name: 'Ada' } })
    expect(user.prompt.last.arrival).toBe('paste')
  })

  it('reads the code that a terminal shows', async () => {
    const { world, user } = await seeded()
    let terminal = ''
    const render = terminalRenderer({
      columns: 200,
      write: (text) => {
        terminal += text
      },
    })
    const qr = new QrTransport({ render })
    const requester = new Requester({ ...world.parts, resolver: user.resolver, transports: [qr] })
    const exchange = await requester.start(disclosure, ASK)
    await exchange.deliver('qr')
    expect(await user.answerTerminal(terminal)).toMatchObject({ decision: 'approved' })
    expect(await exchange.result).toMatchObject({ own: { name: 'Ada' } })
    expect(user.prompt.last.arrival).toBe('scan')
  })

  it('declines by script', async () => {
    const { world, user, requester } = await seeded('decline')
    const answer = codeOf(requester.request(disclosure, ASK, { via: 'screen' }))
    await world.screen.arrived
    expect(await user.answer(world.screen.last.uri())).toMatchObject({ decision: 'declined' })
    expect(await answer).toBe('REQUEST_REFUSED')
  })

  it('takes an identity that others know', async () => {
    const world = await createWorld()
    const user = await createTestWallet({
      identity: world.user.identity,
      resolver: world.resolver,
      senders: [],
      clock: world.clock,
    })
    expect(user.identity.did).toBe(world.user.did)
    expect(() => user.prompt.last).toThrow('no screen was shown')
  })

  it('needs a way to answer', async () => {
    const { resolver } = await createWorld()
    await expect(createTestWallet({ seed: 'ada', resolver })).rejects.toThrow(TypeError)
  })

  it('says where a terminal shows nothing', async () => {
    const { user } = await seeded()
    expect(await codeOf(user.answerTerminal('nothing to see'))).toBe('QR_IMAGE_INVALID')
  })
})

describe('createTestIdentity', () => {
  it('makes the same identity of the same seed, and another of another', async () => {
    const [one, same, other] = await Promise.all(['a', 'a', 'b'].map((seed) => createTestIdentity(seed)))
    expect(one?.did).toBe(same?.did)
    expect(one?.document).toEqual(same?.document)
    expect(other?.did).not.toBe(one?.did)
    await expect(resolverOf([]).resolve(one?.did ?? 'did:x:y')).rejects.toThrow(TypeError)
  })
})
