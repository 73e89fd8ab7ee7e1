import type { Metrics } from './metrics.ts'
import { type CallObserver, observeCall } from './telemetry.ts'

/** What times the calls of a store. */
export interface StoreObserver extends CallObserver {
  readonly metrics: Pick<Metrics<'storeCalls'>, 'record'>
}

/** The names of methods that a store may have and that answer later. */
export type AsyncMethodName<Store> = {
  [Name in keyof Store]-?: NonNullable<Store[Name]> extends (...args: never[]) => Promise<unknown>
    ? Name
    : never
}[keyof Store] &
  string

/**
 * Methods of a store whose calls are counted, timed and traced by their names, without what they are about. One that the store has not is
 * left out.
 */
export function observedMethods<Store extends object, Name extends AsyncMethodName<Store>>(
  store: Store,
  names: readonly Name[],
  observer: StoreObserver,
): Pick<Store, Name> {
  const methods = names.flatMap((operation) => {
    const method: unknown = store[operation]
    if (typeof method !== 'function') return []
    const observed = (...args: readonly unknown[]): Promise<unknown> =>
      observeCall(
        observer,
        `store ${operation}`,
        (seconds, failure) => {
          const outcome = failure === undefined ? 'ok' : 'failed'
          observer.metrics.record('storeCalls', seconds, { operation, outcome })
        },
        () => Reflect.apply(method, store, args),
      )
    return [[operation, observed]]
  })
  return Object.fromEntries(methods) as Pick<Store, Name>
}
