import type { DeferrableEngine, DidResolver } from '@uport-kit/core'
import type { WebPushOptions } from './web-push.ts'

/** What push inboxes need. */
export interface PushOptions {
  /** Finds the keys of wallets and applications. What it contacts is yours to bound. */
  readonly resolver: DidResolver
  /** Verifies tokens. Default: JavaScript; `bestEngine()` of `@uport-kit/engine-native` where many come. */
  readonly engine?: DeferrableEngine | undefined
  /** Wakes wallets by Web Push (RFC 8030). Default: they hold a stream open, or ask. */
  readonly webPush?: WebPushOptions | undefined
  /**
   * Also serves the sending route of the old push server (`POST /sns`), for applications that know no other. Such a push is not
   * signed: whoever holds the grant can send it. Default false.
   */
  readonly legacyPush?: boolean | undefined
}
