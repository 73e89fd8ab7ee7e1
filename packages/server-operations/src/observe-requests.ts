import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  type Context as TraceContext,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { Context, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { MetricDefinition, Metrics } from './metrics.ts'

/** How a request waits: a long poll, or a stream of events. */
export type RequestWait = 'poll' | 'stream'

/** A request that was answered, without its path, query, headers, body and sender. */
export interface RequestEvent {
  readonly event: 'request'
  /** Made here, and told to the client as `X-Request-Id`. */
  readonly id: string
  readonly method: string
  /** The pattern that matched, such as `/t/:id`; `none` where no route did. */
  readonly route: string
  readonly status: number
  /** Until the answer began. */
  readonly milliseconds: number
  readonly wait?: RequestWait
  /** Why it was refused. */
  readonly code?: string
  /** The id of its trace, where one is recorded. */
  readonly trace?: string
  /** Who sent it; only where the operator asks for it. */
  readonly address?: string
}

/** Is told of every answered request. */
export type AccessLog = (event: RequestEvent) => void

/** What the observed routes may say about a request, and know of it. */
export interface RequestVariables {
  requestId: string
  /** Why it is refused: a code of a short list. */
  refusal?: string
  /** What its sender is counted under. */
  address?: string
  /** That it waits, where neither its query nor its answer tell. */
  wait?: RequestWait
}

/** A request's metrics, named as OpenTelemetry's conventions for HTTP servers have it. */
export const REQUEST_METRICS = {
  requests: {
    name: 'http.server.request.duration',
    kind: 'histogram',
    unit: 's',
    help: 'Requests, by route, status and the code of a refusal (error.type). Waiting ones last until something comes.',
    labels: ['http.request.method', 'http.route', 'http.response.status_code', 'error.type', 'uport.wait'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  },
} as const satisfies Record<string, MetricDefinition>

export interface RequestObserverOptions {
  readonly tracer: Tracer
  readonly metrics: Pick<Metrics<keyof typeof REQUEST_METRICS>, 'record'>
  /** Is told 1 when a stream begins and -1 when it ends. */
  readonly onStream?: ((change: 1 | -1) => void) | undefined
  /** Is told of every request. */
  readonly accessLog?: AccessLog | undefined
  /** Whether senders' addresses are logged. Default false. */
  readonly logAddresses?: boolean | undefined
  /** Whether a proxy of one's own stands in front, whose `traceparent` is believed. Default false: anybody can send one. */
  readonly trustTraceContext?: boolean | undefined
  /** Milliseconds on a clock that is never set. */
  readonly now?: (() => number) | undefined
  readonly createId?: (() => string) | undefined
}

interface ObservedEnv {
  Bindings: {
    readonly incoming?: IncomingMessage | undefined
    readonly outgoing?: ServerResponse | undefined
  }
  Variables: RequestVariables
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])

/** Counts, times, traces and logs every request; the first of an application's middleware. */
export function observeRequests<E extends ObservedEnv>(
  options: RequestObserverOptions,
): MiddlewareHandler<E> {
  const { tracer, metrics, now = () => performance.now(), createId = () => crypto.randomUUID() } = options
  return async (c, next) => {
    const start = now()
    const method = METHODS.has(c.req.method) ? c.req.method : '_OTHER'
    const route = routeOf(c)
    const id = createId()
    c.set('requestId', id)
    c.header('X-Request-Id', id)
    // An application that traces its requests itself has a span by now.
    const active = context.active()
    const parent = options.trustTraceContext === true ? readTraceContext(active, c.req.raw.headers) : active
    const span = tracer.startSpan(
      `${method} ${route}`,
      { kind: SpanKind.SERVER, attributes: { 'http.request.method': method, 'http.route': route } },
      parent,
    )
    await context.with(trace.setSpan(parent, span), next)
    const status = c.res.status
    const wait = waitOf(c)
    const code = c.get('refusal')
    if (wait === 'stream') followStream(c.env, options)
    const seconds = (now() - start) / 1000
    const error = code ?? (status >= 500 ? String(status) : undefined)
    metrics.record('requests', seconds, {
      'http.request.method': method,
      'http.route': route,
      'http.response.status_code': status,
      'uport.wait': wait ?? 'none',
      ...(error !== undefined && { 'error.type': error }),
    })
    const traceId = endSpan(span, status, error)
    const address = options.logAddresses === true ? c.get('address') : undefined
    options.accessLog?.({
      event: 'request',
      id,
      method,
      route,
      status,
      milliseconds: Math.round(seconds * 1e6) / 1000,
      ...(wait !== undefined && { wait }),
      ...(code !== undefined && { code }),
      ...(traceId !== undefined && { trace: traceId }),
      ...(address !== undefined && { address }),
    })
  }
}

function followStream(env: ObservedEnv['Bindings'] | undefined, { onStream }: RequestObserverOptions): void {
  // A server without bindings, such as a test, gives none; nobody knows then when the stream ends.
  const outgoing = env?.outgoing
  if (outgoing === undefined || outgoing.closed) return
  onStream?.(1)
  outgoing.once('close', () => onStream?.(-1))
}

/** A request as people read it. */
export function requestText({ method, route, status, code, milliseconds, id }: RequestEvent): string {
  return `${method} ${route} ${status}${code === undefined ? '' : ` ${code}`} in ${milliseconds} ms, ${id}`
}

/** The pattern of the route, for the path itself may be a secret. */
function routeOf(c: Context): string {
  const route = matchedRoutes(c).findLast(({ path, method }) => method !== 'ALL' && !path.endsWith('*'))
  if (route === undefined) return 'none'
  // `/:id{[\w-]{43}}` is `/:id` to whoever reads it.
  return route.path
    .split('/')
    .map((part) => (part.startsWith(':') ? part.replace(/\{.*$/, '') : part))
    .join('/')
}

function waitOf(c: Context): RequestWait | undefined {
  const said: RequestWait | undefined = c.get('wait')
  if (said !== undefined) return said
  if (c.res.headers.get('content-type')?.startsWith('text/event-stream') === true) return 'stream'
  return c.req.method === 'GET' && (c.req.query('wait') ?? '0') !== '0' ? 'poll' : undefined
}

const headerGetter: TextMapGetter<Headers> = {
  get: (headers, name) => headers.get(name) ?? undefined,
  keys: (headers) => [...headers.keys()],
}

function readTraceContext(active: TraceContext, headers: Headers): TraceContext {
  return trace.getSpan(active) === undefined ? propagation.extract(active, headers, headerGetter) : active
}

/** @returns the trace's id, where it is recorded */
function endSpan(span: Span, status: number, error: string | undefined): string | undefined {
  if (!span.isRecording()) return undefined
  span.setAttribute('http.response.status_code', status)
  if (error !== undefined) span.setAttribute('error.type', error)
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
  span.end()
  return span.spanContext().traceId
}
