import { type DidResolver, keyDidResolver, MethodRouter } from '@uport-kit/core'
import { configInvalid } from '../config-invalid.ts'
import type { PushConfig } from './push-config.ts'
import type { PushOptions } from './push-options.ts'
import { openVapidKeys } from './vapid-keys.ts'

export interface OpenedPush {
  /** As the server takes it; absent where there is to be no push. */
  readonly push: PushOptions | undefined
  /** Called when the server has stopped. */
  close(): Promise<void>
}

/**
 * Opens what the command was told about push: resolvers of did:key and did:web, of did:uport where there are chains, and the keys of
 * Web Push. Loaded for whoever keeps inboxes.
 *
 * @throws UportError `RELAY_CONFIG_INVALID`
 */
export async function openPush(config: PushConfig): Promise<OpenedPush> {
  if (config.push !== true) return { push: undefined, close: async () => undefined }
  const { vapidKeys, vapidSubject: subject, legacyPush } = config
  const [{ bestEngine }, { WebDidResolver }, { createSafeFetch }, uport, webPush] = await Promise.all([
    import('@uport-kit/engine-native'),
    import('@uport-kit/resolver-web'),
    import('@uport-kit/fetch-node'),
    openUportResolver(config),
    vapidKeys === undefined || subject === undefined
      ? undefined
      : openVapidKeys(vapidKeys).then((keys) => ({ ...keys, subject })),
  ])
  // Whoever asks names the host: it is fetched as what strangers name is.
  const safeFetch = createSafeFetch()
  const resolver = new MethodRouter([keyDidResolver(), new WebDidResolver({ safeFetch }), ...uport])
  return { push: { resolver, engine: bestEngine(), webPush, legacyPush }, close: () => safeFetch.close() }
}

async function openUportResolver({ networks, gateways }: PushConfig): Promise<readonly DidResolver[]> {
  if (networks === undefined || gateways === undefined) return []
  const { UportResolver } = await import('@uport-kit/resolver-uport')
  try {
    return [new UportResolver({ networks, gateways })]
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw configInvalid('networks', cause.message.split('\n')[0] ?? 'cannot be used', cause)
  }
}
