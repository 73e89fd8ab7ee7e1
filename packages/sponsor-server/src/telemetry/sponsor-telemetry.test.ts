import { createPrometheus } from '@uport-kit/server-operations/command'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { followContexts, TelemetrySdk } from '../../../../test/support/telemetry-sdk.ts'
import { party, SponsorWorld } from '../../test-support/sponsor-world.ts'

let world: SponsorWorld
let forgetContexts: () => void
beforeAll(async () => {
  forgetContexts = followContexts()
  world = await SponsorWorld.start()
})
afterAll(async () => {
  forgetContexts()
  await world.stop()
})

it('counts, times and traces what it pays for, and tells nobody a token or who was paid for', async () => {
  const sdk = new TelemetrySdk()
  const prometheus = createPrometheus()
  const { tracerProvider, meterProvider } = sdk
  const telemetry = { tracerProvider, meterProvider, sinks: [prometheus.sink] }
  const accessed: unknown[] = []
  const sponsor = await world.sponsor({ telemetry, accessLog: (event) => accessed.push(event) })
  const { url } = sponsor
  expect(await sponsor.isReady()).toBe(true)

  const device = await party('device of the metrics')
  const token = await world.token(device)
  const tx = await world.signTransaction(device)
  const client = world.client(url, token)
  const { hash } = await client.fund(tx, { wait: 20 })
  const identity = await world.identity(url, device)
  expect((await world.post(url, '/fund', token, {})).status).toBe(400)
  expect((await world.post(url, '/fund', 'no.fuel.token', {})).status).toBe(401)

  expect(await sdk.points('uport.sponsor.transactions')).toEqual([
    [2, { step: 'sent' }],
    [2, { step: 'included' }],
  ])
  const spent = (await sdk.points('uport.sponsor.spent')) ?? []
  expect(spent.map(([, labels]) => labels)).toEqual([{ kind: 'fund' }, { kind: 'identity' }])
  const [[left] = []] = (await sdk.points('uport.sponsor.budget.left')) ?? []
  const sum = spent.reduce((total, [ether]) => total + ether, 0)
  expect(sum).toBeGreaterThan(0)
  expect(left).toBeCloseTo(1 - sum, 9)
  const [[balance] = []] = (await sdk.points('uport.sponsor.balance')) ?? []
  expect(balance).toBeGreaterThan(99)
  expect(balance).toBeLessThanOrEqual(100)
  const codes = (await sdk.points('http.server.request.duration'))?.flatMap(([, labels]) => [
    labels['error.type'],
  ])
  expect(codes).toEqual(expect.arrayContaining(['PARAMETER_MISSING', 'ISSUER_NOT_ALLOWED', undefined]))
  const calls = (await sdk.points('uport.sponsor.node.duration')) ?? []
  expect(calls.map(([, labels]) => labels)).toContainEqual({
    method: 'eth_sendRawTransaction',
    outcome: 'answered',
  })

  const fund = sdk.spans.find(({ name }) => name.startsWith('POST /') && name.includes('fund'))
  const children = sdk.spans.filter(
    ({ parentSpanContext }) => parentSpanContext?.spanId === fund?.spanContext().spanId,
  )
  expect(children.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['store write', 'node eth_sendRawTransaction']),
  )

  const text = await prometheus.text()
  expect(text).toContain('uport_sponsor_transactions_total{step="included"} 2')
  expect(text).toMatch(/^uport_sponsor_balance_ether 99\./m)
  expect(text).toMatch(/^uport_sponsor_gas_price_gwei \d/m)
  expect(text).toMatch(/^uport_sponsor_pending 0$/m)
  expect(text).toMatch(/^uport_sponsor_pending_age_seconds 0$/m)
  expect(accessed).toHaveLength(4)
  for (const told of [await sdk.everything(), text, JSON.stringify(accessed)])
    for (const hidden of [token, token.split('.')[2] ?? '', device.address, identity, hash, tx])
      expect(told).not.toContain(hidden)

  await sponsor.close()
  expect(await sponsor.isReady()).toBe(false)
  expect(await prometheus.text()).not.toContain('uport_sponsor_balance')
})
