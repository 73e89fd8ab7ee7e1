import { isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Clock, RateStore, TopicBus, TopicStore } from '@uport-kit/core'
import { configInvalid } from './config-invalid.ts'
import type { RelayLimits } from './relay-limits.ts'

/** What a module for `--store` makes. */
export interface RelayStores {
  readonly store: TopicStore
  readonly bus?: TopicBus | undefined
  readonly rates?: RateStore | undefined
  /** Called when the relay has stopped. */
  close(): Promise<void>
}

/** The default export of a module for `--store`. Its own settings it reads from the environment. */
export type OpenRelayStores = (context: {
  readonly clock: Clock
  readonly limits: RelayLimits
}) => Promise<RelayStores>

/**
 * Loads a module by the name of a package, or by its path from the working directory.
 *
 * @throws UportError `RELAY_CONFIG_INVALID`
 */
export async function loadStoreModule(name: string): Promise<OpenRelayStores> {
  const isPath = name.startsWith('.') || isAbsolute(name)
  let loaded: { readonly default?: unknown }
  try {
    loaded = await import(isPath ? pathToFileURL(resolve(name)).href : name)
  } catch (cause) {
    throw configInvalid('store', `${name} cannot be loaded; install it, or give its path`, cause)
  }
  if (typeof loaded.default !== 'function')
    throw configInvalid('store', `${name} has no function as its default export`)
  return loaded.default as OpenRelayStores
}
