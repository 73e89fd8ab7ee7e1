import { expect, it } from 'vitest'
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
  expect(await loadConfig(answering(config))).toEqual(config)
  const { relayUrl: _, ...partial } = config
  const wrong = [partial, null, [], { ...config, network: undefined }, { ...config, pushUrl: 'nowhere' }]
  for (const body of wrong)
    await expect(loadConfig(answering(body))).rejects.toThrow('no usable configuration')
  await expect(loadConfig(answering(config, 500))).rejects.toThrow('does not answer')
})
