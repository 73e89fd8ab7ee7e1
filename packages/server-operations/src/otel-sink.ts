import type { Meter, ObservableResult } from '@opentelemetry/api'
import type { MetricSink } from './metrics.ts'

/** Tells OpenTelemetry. Where the application has registered no SDK, its instruments do nothing. */
export function otelSink(meter: Meter): MetricSink {
  return {
    instrument({ name, kind, unit, help, buckets }) {
      if (kind === 'counter') {
        const counter = meter.createCounter(name, { unit, description: help })
        return (value, labels) => counter.add(value, labels)
      }
      const histogram = meter.createHistogram(name, {
        unit,
        description: help,
        ...(buckets !== undefined && { advice: { explicitBucketBoundaries: [...buckets] } }),
      })
      return (value, labels) => histogram.record(value, labels)
    },
    observe({ name, unit, help }, read) {
      const gauge = meter.createObservableGauge(name, { unit, description: help })
      const observe = async (result: ObservableResult): Promise<void> => {
        for (const { value, labels } of await read()) result.observe(value, labels)
      }
      gauge.addCallback(observe)
      return () => gauge.removeCallback(observe)
    },
  }
}
