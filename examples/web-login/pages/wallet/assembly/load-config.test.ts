import { expect, it } from 'vitest'
import { startSilentServer } from '../../../test-support/silent-server.ts'
import { loadConfig } from './load-config.ts'

const config = {
  network: { id: '0x7a69', rpcUrl: 'http://127.0.0.1:1', registry: `0x${'ab'.repeat(20)}` },
  gatewayUrl: 'http://127.0.0.1:2',
  ipfsApiUrl: 'http://127.0.0.1:3',
  relayUrl: 'http://127.0.0.1:4',
  pushUrl: 'http://127.0.0.1:4',
  appUrl: 'http://localhost:5',
  issuerUrl: 'http://localhost:6',
  walletUrl: 'http://localhost:7',
}
const answering =
  (body: unknown, status = 200) =>
  () =>
    Promise.resolve(Response.json(body, { status }))

it('takes what names the whole world of the wallet, and nothing less', async () => {
  expect(await loadConfig({ fetcher: answering(config) })).toEqual(config)
  const { relayUrl: _, ...partial } = config
  const wrong = [partial, null, [], { ...config, network: undefined }, { ...config, pushUrl: 'nowhere' }]
  for (const body of wrong)
    await expect(loadConfig({ fetcher: answering(body) })).rejects.toThrow('no usable configuration')
  await expect(loadConfig({ fetcher: answering(config, 500) })).rejects.toThrow('does not answer')
})

it('gives up a server that never answers, and says what to do', async () => {
  await using server = await startSilentServer()
  const fetcher: typeof fetch = (_, init) => fetch(server.url, init)
  await expect(loadConfig({ fetcher, timeoutMs: 100 })).rejects.toThrow(
    'The wallet’s server does not answer; check the connection, and try again.',
  )
})
