import { defineReplyFlow, type JsonObject } from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import { codeOf, createWalletWorld } from '../../test-support/wallet-world.ts'
import { defaultScreens } from './default-screens.ts'
import { defineFlowScreen } from './flow-screen.ts'

interface Badge {
  readonly badge: string
}

const answerBadge = defineReplyFlow<Badge, { readonly wear: boolean }>({
  requestTypes: ['badgeReq'],
  parseRequest: (payload: JsonObject) => ({ badge: String(payload['badge']) }),
  createReply: async ({ badge }, { wear }, { sign }) => ({
    access_token: await sign({ type: 'badgeResp', badge, wear }),
  }),
})

const badgeScreen = defineFlowScreen(answerBadge, async ({ badge }, { identity }) => ({
  details: { kind: 'other', facts: { badge, wearer: identity.did } },
  createAnswer: async () => ({ answer: { wear: true }, names: ['badge'] }),
}))

describe('a flow of an application', () => {
  it('is part of the wallet by its screen', async () => {
    const { world, wallet, request, prompt, sender } = await createWalletWorld('approve', {
      screens: [...defaultScreens, badgeScreen],
    })
    await wallet.handle(await request({ type: 'badgeReq', badge: 'gold' }))
    expect(prompt.last.details).toEqual({ kind: 'other', facts: { badge: 'gold', wearer: world.user.did } })
    expect(sender.sent).toHaveLength(1)
    expect((await wallet.activity.list()).at(-1)?.names).toEqual(['badge'])
  })

  it('is unknown without it', async () => {
    const { wallet, request } = await createWalletWorld()
    expect(await codeOf(wallet.handle(await request({ type: 'badgeReq' })))).toBe('REQUEST_TYPE_UNSUPPORTED')
  })

  it('cannot answer what another screen answers', async () => {
    const { wallet, request } = await createWalletWorld('approve', { screens: [badgeScreen, badgeScreen] })
    expect(await codeOf(wallet.handle(await request({ type: 'badgeReq' })))).toBe('ASSEMBLY_CONFLICT')
  })
})
