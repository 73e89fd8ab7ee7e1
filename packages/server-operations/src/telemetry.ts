import {
  type Attributes,
  context,
  type MeterProvider,
  metrics,
  SpanStatusCode,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'
import type { MetricSink } from './metrics.ts'
import { otelSink } from './otel-sink.ts'

export interface TelemetryOptions {
  /** Default: the one that the application has registered with `@opentelemetry/api`; without one, nothing is traced. */
  readonly tracerProvider?: TracerProvider | undefined
  /** Default: the one that is registered. Register it before the server starts. */
  readonly meterProvider?: MeterProvider | undefined
  /** Who else is told what is counted. */
  readonly sinks?: readonly MetricSink[] | undefined
}

/** Where a server's traces and metrics go. */
export interface Telemetry {
  readonly tracer: Tracer
  readonly sinks: readonly MetricSink[]
}

/** @param name the package that is instrumented */
export function createTelemetry(name: string, options: TelemetryOptions = {}): Telemetry {
  const { tracerProvider = trace.getTracerProvider(), meterProvider = metrics.getMeterProvider() } = options
  return {
    tracer: tracerProvider.getTracer(name),
    sinks: [otelSink(meterProvider.getMeter(name)), ...(options.sinks ?? [])],
  }
}

/**
 * Runs a task in a span of its own, a child of the one that is active. A failure marks the span; what it says stays out, for messages
 * may quote what they are about.
 */
export async function inSpan<T>(
  tracer: Tracer,
  name: string,
  attributes: Attributes,
  task: () => Promise<T>,
): Promise<T> {
  const span = tracer.startSpan(name, { attributes })
  try {
    return await context.with(trace.setSpan(context.active(), span), task)
  } catch (cause) {
    span.setStatus({ code: SpanStatusCode.ERROR })
    throw cause
  } finally {
    span.end()
  }
}

/** What times calls. */
export interface CallObserver {
  readonly tracer: Tracer
  /** Milliseconds on a clock that is never set. */
  readonly now?: (() => number) | undefined
}

/**
 * Runs a call in a span of its own, and tells how long it took.
 *
 * @param ended is told the seconds, and of a call that failed its error
 */
export function observeCall<T>(
  { tracer, now = () => performance.now() }: CallObserver,
  name: string,
  ended: (seconds: number, failure?: { readonly cause: unknown }) => void,
  call: () => Promise<T>,
): Promise<T> {
  return inSpan(tracer, name, {}, async () => {
    const start = now()
    const seconds = (): number => (now() - start) / 1000
    try {
      const result = await call()
      ended(seconds())
      return result
    } catch (cause) {
      ended(seconds(), { cause })
      throw cause
    }
  })
}
