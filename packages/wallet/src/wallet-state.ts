import type { Clock } from '@uport-kit/core'
import { Accounts } from './state/accounts.ts'
import { ActivityLog } from './state/activity-log.ts'
import { Credentials } from './state/credentials.ts'
import { Identities } from './state/identities.ts'
import { Networks } from './state/networks.ts'
import { Outbox } from './state/outbox.ts'
import { PendingRequests } from './state/pending-requests.ts'
import { SentTransactions } from './state/sent-transactions.ts'
import { StoredAnsweredRequests } from './state/stored-answered-requests.ts'
import type { WalletParts } from './wallet-parts.ts'

const DEFAULT_LIMITS = { pending: 64, credentials: 1000, activity: 1000 } as const

/** Everything a wallet keeps, over one store. */
export interface WalletState {
  readonly identities: Identities
  readonly accounts: Accounts
  readonly credentials: Credentials
  readonly networks: Networks
  readonly pending: PendingRequests
  readonly activity: ActivityLog
  readonly outbox: Outbox
  readonly transactions: SentTransactions
  readonly answered: StoredAnsweredRequests
}

/** @throws TypeError where a limit is no positive whole number, or two known networks have one id */
export function createWalletState(parts: WalletParts, clock: Clock): WalletState {
  const { store, keys, boxKeys, resolver, accountKeys, deployAccount, openAccount } = parts
  const limits = {
    pending: limit('pending', parts.limits?.pending),
    credentials: limit('credentials', parts.limits?.credentials),
    activity: limit('activity', parts.limits?.activity),
  }
  const networks = new Networks(store, parts.networks ?? [], parts.probeChain)
  const activity = new ActivityLog(store, clock, limits.activity)
  return {
    networks,
    identities: new Identities({ store, keys, boxKeys, resolver }),
    accounts: new Accounts({ store, networks, accountKeys, deployAccount, openAccount }),
    credentials: new Credentials(store, clock, limits.credentials),
    pending: new PendingRequests(store, clock, limits.pending),
    activity,
    transactions: new SentTransactions(store, activity, networks, clock, parts.followTransaction),
    outbox: new Outbox(store, parts.senders, clock),
    answered: new StoredAnsweredRequests(store, clock),
  }
}

function limit(name: keyof typeof DEFAULT_LIMITS, value: number = DEFAULT_LIMITS[name]): number {
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new TypeError(`limits.${name} must be a positive whole number`)
}
