export type * from './errors.ts'
export { type PushTransport, type PushTransportOptions, pushTransport } from './push-transport.ts'
export { createPushGrant, type PushGrantTerms } from './wallet/create-push-grant.ts'
export {
  type CreatedPushGrant,
  type PushGrantRecord,
  PushGrants,
  type PushGrantsOptions,
  type WakeSubscription,
} from './wallet/push-grants.ts'
export { PushInbox, type PushInboxOptions } from './wallet/push-inbox.ts'
