/** One thing that is counted, written down once for every place it is told to. */
export interface MetricDefinition {
  /** Dotted, as OpenTelemetry names them; Prometheus has underscores and a suffix for unit and kind. */
  readonly name: string
  /** `counter` only grows, `histogram` is a distribution, `gauge` is read when somebody asks. */
  readonly kind: 'counter' | 'histogram' | 'gauge'
  /** In the notation of OpenTelemetry (UCUM): `s`, `By`, `{message}`. */
  readonly unit: string
  readonly help: string
  /** Names of the labels. Their values come from short lists, never from a request's path, body or address. */
  readonly labels: readonly string[]
  /** Upper bounds of a histogram's classes. */
  readonly buckets?: readonly number[]
}

export type MetricLabels = Readonly<Record<string, string | number>>

/** What a gauge shows. */
export interface MetricReading {
  readonly value: number
  readonly labels?: MetricLabels
}

/** Somebody who is told what is counted, such as OpenTelemetry or Prometheus. */
export interface MetricSink {
  /** Makes the instrument; the function that it returns adds to a counter or enters a value into a histogram. */
  instrument(definition: MetricDefinition): (value: number, labels: MetricLabels) => void
  /** Reads a gauge whenever it is asked. @returns a function that ends it */
  observe(definition: MetricDefinition, read: () => Promise<readonly MetricReading[]>): () => void
}

/** The instruments of one server, in all its sinks. */
export class Metrics<Name extends string> {
  readonly #definitions: Readonly<Record<Name, MetricDefinition>>
  readonly #sinks: readonly MetricSink[]
  readonly #recorders = new Map<string, readonly ((value: number, labels: MetricLabels) => void)[]>()
  readonly #ends: (() => void)[] = []

  constructor(definitions: Readonly<Record<Name, MetricDefinition>>, sinks: readonly MetricSink[]) {
    this.#definitions = definitions
    this.#sinks = sinks
    for (const [name, definition] of Object.entries<MetricDefinition>(definitions))
      if (definition.kind !== 'gauge')
        this.#recorders.set(
          name,
          sinks.map((sink) => sink.instrument(definition)),
        )
  }

  /** Adds to a counter, or enters a value into a histogram. */
  record(name: Name, value: number, labels: MetricLabels = {}): void {
    for (const record of this.#recorders.get(name) ?? []) record(value, labels)
  }

  /**
   * Shows a gauge until `close`.
   *
   * @param read is called when somebody asks; where it fails, the gauge shows nothing
   */
  observe(name: Name, read: () => readonly MetricReading[] | Promise<readonly MetricReading[]>): void {
    const readSafely = async (): Promise<readonly MetricReading[]> => {
      try {
        return await read()
      } catch {
        return []
      }
    }
    for (const sink of this.#sinks) this.#ends.push(sink.observe(this.#definitions[name], readSafely))
  }

  /** Ends all gauges: nobody reads a server that is no more. */
  close(): void {
    for (const end of this.#ends.splice(0)) end()
  }
}
