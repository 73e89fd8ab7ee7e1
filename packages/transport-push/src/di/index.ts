import { defineModule, type KitModule, TOKENS } from '@uport-kit/core/di'
import { PushInbox, type PushInboxOptions } from '../wallet/push-inbox.ts'

/**
 * Wallet side: takes pushed requests. The application's side is a value for each person, `pushTransport(...).to(grant)`, and so no
 * part of an assembly.
 */
export function pushInboxModule(options: PushInboxOptions): KitModule {
  return defineModule('transport-push', (m) => m.bind(TOKENS.Intake, {}, () => new PushInbox(options)))
}
