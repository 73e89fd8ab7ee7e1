import type { IncomingMessage } from 'node:http'
import type { AccessLog, RequestVariables, Telemetry } from '@uport-kit/server-operations'
import type { RateLimiter } from '@uport-kit/server-operations/http'
import type { WaiterGate } from './limits/waiter-gate.ts'
import type { Sponsor } from './services/sponsor.ts'
import type { SponsorLog } from './sponsor-log.ts'
import type { SponsorMetrics } from './telemetry/sponsor-metrics.ts'
import type { FuelTokenVerifier } from './tokens/fuel-token.ts'

/** What the routes of one sponsor share. */
export interface SponsorContext {
  readonly sponsor: Sponsor
  readonly tokens: FuelTokenVerifier
  readonly subjectRates: RateLimiter
  readonly waiters: WaiterGate
  readonly log: SponsorLog
  readonly accessLog?: AccessLog | undefined
  readonly logAddresses?: boolean | undefined
  readonly tracer: Telemetry['tracer']
  readonly metrics: SponsorMetrics
  /** Aborted when the server stops: nobody waits any longer. */
  readonly stopping: AbortSignal
}

/** What a request carries through the routes. `incoming` is there under node:http. */
export interface SponsorEnv {
  Bindings: { readonly incoming?: IncomingMessage | undefined }
  Variables: RequestVariables
}
