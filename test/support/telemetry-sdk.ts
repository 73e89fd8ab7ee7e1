import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'

type Attributes = Readonly<Record<string, unknown>>

/** OpenTelemetry's SDK with everything kept in memory. Its providers are the options of `createTelemetry`. */
export class TelemetrySdk {
  readonly tracerProvider: BasicTracerProvider
  readonly meterProvider: MeterProvider
  readonly #spans = new InMemorySpanExporter()
  readonly #metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)

  constructor() {
    this.tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(this.#spans)] })
    const reader = new PeriodicExportingMetricReader({
      exporter: this.#metrics,
      exportIntervalMillis: 3_600_000,
    })
    this.meterProvider = new MeterProvider({ readers: [reader] })
  }

  /** In the order in which they ended. */
  get spans(): readonly ReadableSpan[] {
    return this.#spans.getFinishedSpans()
  }

  /** The points of a metric: for a histogram the number of its values. Undefined where nothing was counted. */
  async points(name: string): Promise<readonly [value: number, Attributes][] | undefined> {
    const metric = (await this.#read()).find(({ descriptor }) => descriptor.name === name)
    return metric?.dataPoints.map(({ value, attributes }) => [
      typeof value === 'number' ? value : 'count' in value ? value.count : Number.NaN,
      attributes,
    ])
  }

  /** All that is told of spans and metrics, to be searched. */
  async everything(): Promise<string> {
    const spans = this.spans.map(({ name, attributes, events, status, links }) => ({
      name,
      attributes,
      events,
      status,
      links,
    }))
    return JSON.stringify([spans, await this.#read()])
  }

  async #read() {
    await this.meterProvider.forceFlush()
    return (this.#metrics.getMetrics().at(-1)?.scopeMetrics ?? []).flatMap(({ metrics }) => metrics)
  }
}

/** Lets spans find their parents, as an SDK does. @returns a function that ends it */
export function followContexts(): () => void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager())
  return () => context.disable()
}
