import { request } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import type { MetricDefinition } from '../metrics.ts'
import { Metrics } from '../metrics.ts'
import { type OperationsServer, startOperationsServer } from './operations-server.ts'
import { createPrometheus, prometheusName } from './prometheus.ts'

const definitions = {
  parcels: {
    name: 'shop.parcels',
    kind: 'counter',
    unit: '{parcel}',
    help: 'Parcels.',
    labels: ['to.country'],
  },
  weight: { name: 'shop.weight', kind: 'counter', unit: 'By', help: 'Bytes.', labels: [] },
  time: { name: 'shop.time', kind: 'histogram', unit: 's', help: 'Time.', labels: [], buckets: [1, 2] },
  stock: { name: 'shop.stock', kind: 'gauge', unit: '{parcel}', help: 'Stock.', labels: ['shelf'] },
} as const satisfies Record<string, MetricDefinition>

let server: OperationsServer | undefined
afterEach(() => server?.close())

async function start(isReady: () => Promise<boolean> = async () => true) {
  const prometheus = createPrometheus()
  server = await startOperationsServer({ port: 0, prometheus, isReady })
  const metrics = new Metrics(definitions, [prometheus.sink])
  const { url } = server
  return { metrics, url, get: (path: string) => fetch(url + path) }
}

test('serves metrics in text exposition format 0.0.4, on the loopback interface', async () => {
  const { metrics, url, get } = await start()
  let stock = 4
  metrics.record('parcels', 2, { 'to.country': 'ch' })
  metrics.record('parcels', 1, { 'to.country': 'ch' })
  metrics.record('weight', 100)
  metrics.record('time', 1.5)
  metrics.observe('stock', () => [{ value: stock, labels: { shelf: 'a' } }])
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  const response = await get('/metrics')
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ])
  const text = await response.text()
  for (const line of [
    '# HELP shop_parcels_total Parcels.',
    '# TYPE shop_parcels_total counter',
    'shop_parcels_total{to_country="ch"} 3',
    'shop_weight_bytes_total 100',
    'shop_time_seconds_bucket{le="1"} 0',
    'shop_time_seconds_bucket{le="2"} 1',
    'shop_time_seconds_sum 1.5',
    'shop_stock{shelf="a"} 4',
  ])
    expect(text.split('\n')).toContain(line)
  expect(text).toMatch(/^process_open_fds \d+$/m)
  expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m)
  stock = 5
  expect(await (await get('/metrics')).text()).toContain('shop_stock{shelf="a"} 5')
  metrics.close()
  expect(await (await get('/metrics')).text()).not.toContain('shop_stock{')
})

test('a gauge that cannot be read shows nothing, and the others stay', async () => {
  const { metrics, get } = await start()
  metrics.observe('stock', () => Promise.reject(new Error('the shelf is gone')))
  metrics.record('weight', 1)
  const text = await (await get('/metrics')).text()
  expect(text).toContain('shop_weight_bytes_total 1')
  expect(text).not.toMatch(/^shop_stock\{/m)
})

test('tells health and readiness', async () => {
  let ready = async (): Promise<boolean> => true
  const { get } = await start(() => ready())
  expect((await get('/healthz')).status).toBe(200)
  expect((await get('/readyz?verbose')).status).toBe(200)
  ready = async () => false
  expect((await get('/readyz')).status).toBe(503)
  ready = () => Promise.reject(new Error('no store'))
  expect((await get('/readyz')).status).toBe(503)
  expect((await get('/healthz')).status).toBe(200)
})

test('serves nothing else', async () => {
  const { url, get } = await start()
  expect((await get('/')).status).toBe(404)
  expect((await fetch(`${url}/metrics`, { method: 'POST', body: 'x' })).status).toBe(405)
  expect((await fetch(`${url}/metrics`, { method: 'HEAD' })).status).toBe(200)
  const response = await get('/healthz')
  expect(response.headers.get('cache-control')).toBe('no-store')
  const long = await new Promise<number | undefined>((resolve, reject) => {
    request(`${url}/metrics`, { headers: { x: 'x'.repeat(9000) } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
      .on('error', reject)
      .end()
  })
  expect(long).toBe(431)
})

test.each([
  ['rebound.example', 403],
  ['rebound.example:80', 403],
  ['127.0.0.1.rebound.example', 403],
  ['localhost.rebound.example', 403],
  ['10.0.0.1', 403],
  ['localhost', 200],
  ['LocalHost:9464', 200],
  ['127.0.0.1:9464', 200],
  ['127.8.9.10', 200],
  ['[::1]:9464', 200],
])('on the loopback interface a request for %s is answered with %i', async (host, status) => {
  const { url } = await start()
  expect(await statusFor(url, host)).toBe(status)
})

test('on another interface any host will do', async () => {
  server = await startOperationsServer({
    host: '0.0.0.0',
    port: 0,
    prometheus: createPrometheus(),
    isReady: async () => true,
  })
  expect(await statusFor(`http://127.0.0.1:${new URL(server.url).port}`, 'metrics.internal')).toBe(200)
})

const statusFor = (url: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(`${url}/metrics`, { headers: { host } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
      .on('error', reject)
      .end()
  })

test('says why it cannot listen', async () => {
  const { url } = await start()
  const options = { prometheus: createPrometheus(), isReady: async () => true }
  const port = Number(new URL(url).port)
  await expect(startOperationsServer({ ...options, port })).rejects.toMatchObject({
    code: 'OPERATIONS_ADDRESS_UNAVAILABLE',
    message: `Metrics port ${port} on 127.0.0.1 is in use; choose another, or 0 for a free one.`,
    data: { host: '127.0.0.1', port, reason: 'in-use' },
  })
  await expect(startOperationsServer({ ...options, host: '192.0.2.1', port: 0 })).rejects.toMatchObject({
    data: { reason: 'not-here' },
  })
})

test('names follow the customs of Prometheus', () => {
  expect(Object.values(definitions).map(prometheusName)).toEqual([
    'shop_parcels_total',
    'shop_weight_bytes_total',
    'shop_time_seconds',
    'shop_stock',
  ])
})
