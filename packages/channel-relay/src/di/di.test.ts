import type { SafeFetch } from '@uport-kit/core'
import { assemble, provide, TOKENS } from '@uport-kit/core/di'
import { expect, test } from 'vitest'
import { RelayClient } from '../relay-client.ts'
import { RELAY_CLIENT, relayModule, relayWalletModule } from './index.ts'

const safeFetch: SafeFetch = {
  fetch: async () => {
    throw new Error('not asked')
  },
}

test('the channel and the publisher of an assembly are one client, which ends with it', async () => {
  const app = assemble(relayModule({ url: 'https://relay.example' }))
  const client = app.get(RELAY_CLIENT)
  expect(client).toBeInstanceOf(RelayClient)
  expect(app.get(TOKENS.RequestPublisher)).toBe(client)
  expect(app.getAll(TOKENS.ReplyChannel)).toEqual([client])
  await app.close()
  await expect(client.open({ id: 'a', expiresAt: 1 })).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })
})

test('the wallet fetches and posts through the SafeFetch of its assembly', async () => {
  const app = assemble(relayWalletModule({ legacyReferences: true }), provide(TOKENS.SafeFetch, safeFetch))
  const [fetcher] = app.getAll(TOKENS.RequestFetcher)
  expect(fetcher?.accepts(new URL('https://relay.example/topic/x'))).toBe(true)
  expect(app.getAll(TOKENS.ReplySender).map(({ mode }) => mode)).toEqual(['post'])
  await app.close()
  expect(() => assemble(relayWalletModule())).toThrow(expect.objectContaining({ code: 'ASSEMBLY_HOLE' }))
})
