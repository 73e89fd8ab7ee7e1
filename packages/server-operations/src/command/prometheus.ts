import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { MetricDefinition, MetricLabels, MetricSink } from '../metrics.ts'

/** What Prometheus reads: the metrics of a server, and those of its process. */
export interface Prometheus {
  readonly sink: MetricSink
  /** Of the text, with its version. */
  readonly contentType: string
  /** In the text exposition format, 0.0.4. */
  text(): Promise<string>
}

/** Metrics in memory, read by Prometheus. Also tells CPU, memory, file descriptors, garbage collection and event loop. */
export function createPrometheus(): Prometheus {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return {
    sink: registrySink(registry),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  }
}

function registrySink(registry: Registry): MetricSink {
  return {
    instrument(definition) {
      const settings = settingsOf(definition, registry)
      if (definition.kind === 'counter') {
        const counter = new Counter(settings)
        return (value, labels) => counter.inc(labelsOf(labels), value)
      }
      const { buckets } = definition
      const histogram = new Histogram({
        ...settings,
        ...(buckets !== undefined && { buckets: [...buckets] }),
      })
      return (value, labels) => histogram.observe(labelsOf(labels), value)
    },
    observe(definition, read) {
      const settings = settingsOf(definition, registry)
      new Gauge({
        ...settings,
        async collect() {
          this.reset()
          for (const { value, labels = {} } of await read()) this.set(labelsOf(labels), value)
        },
      })
      return () => registry.removeSingleMetric(settings.name)
    },
  }
}

function settingsOf(definition: MetricDefinition, registry: Registry) {
  return {
    name: prometheusName(definition),
    help: definition.help,
    labelNames: definition.labels.map(underscored),
    registers: [registry],
  }
}

function labelsOf(labels: MetricLabels): Record<string, string | number> {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [underscored(name), value]))
}

const SUFFIXES: ReadonlyMap<string, string> = new Map([
  ['s', '_seconds'],
  ['By', '_bytes'],
  ['ether', '_ether'],
  ['gwei', '_gwei'],
])

/** How OpenTelemetry's names are written for Prometheus: underscores, the unit, and `_total` behind a counter. */
export function prometheusName({ name, unit, kind }: MetricDefinition): string {
  return `${underscored(name)}${SUFFIXES.get(unit) ?? ''}${kind === 'counter' ? '_total' : ''}`
}

function underscored(name: string): string {
  return name.replaceAll('.', '_')
}
