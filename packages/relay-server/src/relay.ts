import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock, TopicStore } from '@uport-kit/core'
import type { RequestVariables } from '@uport-kit/server-operations'
import type { ByteShares } from './limits/byte-shares.ts'
import type { Rates } from './limits/rates.ts'
import type { TopicLedger } from './limits/topic-ledger.ts'
import type { WaiterGate } from './limits/waiter-gate.ts'
import type { RelayLimits } from './relay-limits.ts'
import type { RelayLog } from './relay-log.ts'
import type { TopicChanges } from './topic-changes.ts'

/** What the routes of one relay share. */
export interface Relay {
  readonly store: TopicStore
  readonly clock: Clock
  readonly limits: RelayLimits
  readonly changes: TopicChanges
  readonly ledger: TopicLedger
  readonly shares: ByteShares
  readonly waiters: WaiterGate
  readonly topicRates: Rates
  readonly log: RelayLog
}

/** What a request carries through the routes. `incoming` and `outgoing` are there under node:http. */
export interface RelayEnv {
  Bindings: {
    readonly incoming?: IncomingMessage | undefined
    readonly outgoing?: ServerResponse | undefined
  }
  Variables: RequestVariables & { address: string }
}

/** The path of one id: 32 bytes in base64url. Anything else is no route. */
export const ID_PATH = '/:id{[\\w-]{43}}'
