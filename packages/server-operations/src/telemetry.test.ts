import {
  metrics as globalMetrics,
  propagation,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { followContexts, TelemetrySdk } from '../../../test/support/telemetry-sdk.ts'
import { type MetricDefinition, Metrics } from './metrics.ts'
import {
  observeRequests,
  REQUEST_METRICS,
  type RequestEvent,
  type RequestVariables,
} from './observe-requests.ts'
import { createTelemetry, inSpan } from './telemetry.ts'

const definitions = {
  ...REQUEST_METRICS,
  parcels: { name: 'shop.parcels', kind: 'counter', unit: '{parcel}', help: 'Parcels.', labels: ['country'] },
  stock: { name: 'shop.stock', kind: 'gauge', unit: '{parcel}', help: 'Stock.', labels: [] },
} as const satisfies Record<string, MetricDefinition>

/** A parent as another process would send it. */
const REMOTE = { trace: 'ab'.repeat(16), span: 'cd'.repeat(8) }
const TRACEPARENT = `00-${REMOTE.trace}-${REMOTE.span}-01`

let forgetContexts: () => void
beforeAll(() => {
  forgetContexts = followContexts()
  propagation.setGlobalPropagator({
    inject: () => {},
    fields: () => ['traceparent'],
    extract: (parent, carrier, getter) => {
      const [, traceId, spanId] = String(getter.get(carrier, 'traceparent') ?? '').split('-')
      if (traceId === undefined || spanId === undefined) return parent
      const remote: SpanContext = { traceId, spanId, traceFlags: 1, isRemote: true }
      return trace.setSpanContext(parent, remote)
    },
  })
})
afterAll(() => {
  forgetContexts()
  propagation.disable()
})

function createApp(options: { readonly trustTraceContext?: boolean; readonly logAddresses?: boolean } = {}) {
  const sdk = new TelemetrySdk()
  const telemetry = createTelemetry('shop', sdk)
  const metrics = new Metrics(definitions, telemetry.sinks)
  const events: RequestEvent[] = []
  const app = new Hono<{ Variables: RequestVariables; Bindings: object }>()
  app.use(observeRequests({ ...telemetry, metrics, accessLog: (event) => events.push(event), ...options }))
  app.use(async (c, next) => {
    c.set('address', '192.0.2.7')
    await next()
  })
  app.get('/parcels/:id{[0-9]{1,20}}', async (c) => {
    await inSpan(telemetry.tracer, 'look', {}, async () => metrics.record('parcels', 1, { country: 'ch' }))
    return c.text('here')
  })
  app.post('/parcels', (c) => {
    c.set('refusal', 'TOO_LARGE')
    return c.text('no', 413)
  })
  app.get('/broken', () => inSpan(telemetry.tracer, 'break', {}, () => Promise.reject(new Error('secret'))))
  app.onError((_, c) => c.text('failed', 500))
  return { sdk, app, metrics, events }
}

describe('requests', () => {
  test('have a span with the route, and spans of what they do below it', async () => {
    const { app, sdk } = createApp()
    expect((await app.request('/parcels/12345?secret=1')).status).toBe(200)
    const [look, request] = sdk.spans
    expect(request).toMatchObject({
      name: 'GET /parcels/:id',
      kind: SpanKind.SERVER,
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/parcels/:id',
        'http.response.status_code': 200,
      },
      status: { code: SpanStatusCode.UNSET },
    })
    expect(look?.name).toBe('look')
    expect(look?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId)
    expect(JSON.stringify([request?.attributes, look?.attributes])).not.toMatch(/12345|secret/)
  })

  test('are counted and timed by route, status and refusal', async () => {
    const { app, sdk, metrics } = createApp()
    let stock = 3
    metrics.observe('stock', () => [{ value: stock }])
    for (const id of ['1', '2']) await app.request(`/parcels/${id}`)
    await app.request('/parcels', { method: 'POST', body: 'x' })
    await app.request('/nowhere/12345', { method: 'BREW' })
    const found = await sdk.points('http.server.request.duration')
    expect(found?.map(([count, attributes]) => [count, ...Object.values(attributes)])).toEqual([
      [2, 'GET', '/parcels/:id', 200, 'none'],
      [1, 'POST', '/parcels', 413, 'none', 'TOO_LARGE'],
      [1, '_OTHER', 'none', 404, 'none'],
    ])
    expect(await sdk.points('shop.parcels')).toEqual([[2, { country: 'ch' }]])
    expect(await sdk.points('shop.stock')).toEqual([[3, {}]])
    stock = 4
    metrics.close()
    // The SDK repeats what it was told last.
    expect(await sdk.points('shop.stock')).toEqual([[3, {}]])
  })

  test('have an id of their own, in the answer and in the access log', async () => {
    const { app, events, sdk } = createApp()
    const answer = await app.request('/parcels/12345?secret=1', { headers: { 'x-request-id': 'mine' } })
    const id = answer.headers.get('x-request-id')
    expect(id).toMatch(/^[\da-f-]{36}$/)
    expect(events).toEqual([
      {
        event: 'request',
        id,
        method: 'GET',
        route: '/parcels/:id',
        status: 200,
        milliseconds: expect.any(Number),
        trace: sdk.spans.at(-1)?.spanContext().traceId,
      },
    ])
  })

  test('tell who waits, and the address where that is wanted', async () => {
    const { app, events } = createApp({ logAddresses: true })
    await app.request('/parcels/1?wait=25')
    await app.request('/parcels/1?wait=0')
    expect(events.map(({ wait, address }) => [wait, address])).toEqual([
      ['poll', '192.0.2.7'],
      [undefined, '192.0.2.7'],
    ])
  })

  test('that fail mark their spans, and quote nothing', async () => {
    const { app, sdk } = createApp()
    expect((await app.request('/broken')).status).toBe(500)
    const finished = sdk.spans
    expect(finished.map(({ name, status, events }) => [name, status, events])).toEqual([
      ['break', { code: SpanStatusCode.ERROR }, []],
      ['GET /broken', { code: SpanStatusCode.ERROR }, []],
    ])
  })

  test.each([
    ['nobody', {}, undefined],
    ['one’s own proxies', { trustTraceContext: true }, REMOTE.span],
  ])('belong to the trace that %s names', async (_, options, parent) => {
    const { app, sdk } = createApp(options)
    await app.request('/parcels/1', { headers: { traceparent: TRACEPARENT } })
    expect(sdk.spans.at(-1)?.parentSpanContext?.spanId).toBe(parent)
  })

  test('belong to the span of an application that traces its requests itself', async () => {
    const { app, sdk } = createApp({ trustTraceContext: true })
    await inSpan(sdk.tracerProvider.getTracer('application'), 'outer', {}, async () => {
      await app.request('/parcels/1', { headers: { traceparent: TRACEPARENT } })
    })
    const [, request, outer] = sdk.spans
    expect([request?.name, outer?.name]).toEqual(['GET /parcels/:id', 'outer'])
    expect(request?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId)
  })
})

test('what the application has registered is told without being named', async () => {
  const sdk = new TelemetrySdk()
  trace.setGlobalTracerProvider(sdk.tracerProvider)
  globalMetrics.setGlobalMeterProvider(sdk.meterProvider)
  try {
    const telemetry = createTelemetry('shop')
    new Metrics(definitions, telemetry.sinks).record('parcels', 4, { country: 'ch' })
    await inSpan(telemetry.tracer, 'task', {}, async () => {})
    expect(sdk.spans.map(({ name, instrumentationScope }) => [name, instrumentationScope.name])).toEqual([
      ['task', 'shop'],
    ])
    expect(await sdk.points('shop.parcels')).toEqual([[4, { country: 'ch' }]])
  } finally {
    trace.disable()
    globalMetrics.disable()
  }
})

test('without an SDK nothing is traced or counted, and everything works', async () => {
  const telemetry = createTelemetry('shop')
  const metrics = new Metrics(definitions, telemetry.sinks)
  metrics.record('parcels', 1)
  metrics.observe('stock', () => [{ value: 1 }])
  expect(await inSpan(telemetry.tracer, 'task', {}, async () => trace.getActiveSpan()?.isRecording())).toBe(
    false,
  )
  metrics.close()
})
