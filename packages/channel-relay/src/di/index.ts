import { defineModule, type KitModule, optional, TOKENS, type Token, token } from '@uport-kit/core/di'
import { LegacyRelayClient, type LegacyRelayClientOptions } from '../legacy-relay-client.ts'
import { RelayClient, type RelayClientOptions } from '../relay-client.ts'
import { PostReplySender } from '../wallet/post-reply-sender.ts'
import { RelayRequestFetcher, type RelayRequestFetcherOptions } from '../wallet/relay-request-fetcher.ts'

/** The one client that the channel and the publisher of an assembly are. */
export const RELAY_CLIENT: Token<RelayClient> = token('channel-relay/RelayClient')

/** App side: awaits replies on a message relay, and stores requests there. */
export function relayModule(options: RelayClientOptions): KitModule {
  return defineModule('channel-relay', (m) => {
    m.bind(
      RELAY_CLIENT,
      { clock: optional(TOKENS.Clock) },
      ({ clock }) => new RelayClient({ clock, ...options }),
    )
    m.bind(TOKENS.ReplyChannel, { client: RELAY_CLIENT }, ({ client }) => client)
    m.bind(TOKENS.RequestPublisher, { client: RELAY_CLIENT }, ({ client }) => client)
  })
}

/**
 * App side: awaits replies on an old message server, beside or instead of a relay. Chosen by name (`reply: 'legacy-relay'`), or
 * where no channel comes before it.
 */
export function legacyRelayModule(options: LegacyRelayClientOptions): KitModule {
  return defineModule('channel-relay/legacy', (m) => {
    m.bind(
      TOKENS.ReplyChannel,
      { clock: optional(TOKENS.Clock) },
      ({ clock }) => new LegacyRelayClient({ clock, ...options }),
    )
  })
}

/** Wallet side: fetches requests by reference and posts replies, both through the SafeFetch that is assembled. */
export function relayWalletModule(options: Omit<RelayRequestFetcherOptions, 'safeFetch'> = {}): KitModule {
  return defineModule('channel-relay/wallet', (m) => {
    const needs = { safeFetch: TOKENS.SafeFetch }
    m.bind(
      TOKENS.RequestFetcher,
      needs,
      ({ safeFetch }) => new RelayRequestFetcher({ ...options, safeFetch }),
    )
    m.bind(TOKENS.ReplySender, needs, ({ safeFetch }) => new PostReplySender({ safeFetch }))
  })
}
