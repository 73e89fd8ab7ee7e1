import type { Options } from '@uport-kit/core'

interface Flight<T> {
  readonly outcome: Promise<T>
  readonly controller: AbortController
  passengers: number
  landed: boolean
}

/**
 * Lets callers who want the same thing at the same time share one piece of work. Each may leave by its own signal; the
 * work is aborted when the last has left.
 */
export class SharedFlight<T> {
  readonly #flights = new Map<string, Flight<T>>()

  async join(key: string, { signal }: Options, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal?.throwIfAborted()
    const flight = this.#flights.get(key) ?? this.#depart(key, start)
    flight.passengers++
    let leave = (): void => undefined
    const left = new Promise<never>((_resolve, reject) => {
      leave = () => reject(signal?.reason)
      signal?.addEventListener('abort', leave, { once: true })
    })
    try {
      return await Promise.race([flight.outcome, left])
    } finally {
      signal?.removeEventListener('abort', leave)
      flight.passengers--
      if (flight.passengers === 0) this.#land(key, flight)
    }
  }

  #depart(key: string, start: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController()
    const outcome = start(controller.signal)
    const flight = { outcome, controller, passengers: 0, landed: false }
    const land = () => {
      flight.landed = true
    }
    outcome.then(land, land)
    this.#flights.set(key, flight)
    return flight
  }

  #land(key: string, flight: Flight<T>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key)
    if (!flight.landed) flight.controller.abort()
  }
}
