import { openBrowserBoxKeys } from '@uport-kit/key-store-browser'
import { openBrowserWalletStore } from '@uport-kit/store-browser'
import { PushGrants, PushInbox } from '@uport-kit/transport-push'
import { createParty } from '../../../packages/core/test-support/parties.ts'

/** A wallet's way in by push, on what its pages and its service worker share. */
export async function openInbox(
  relay: string,
): Promise<{ grants: PushGrants; inbox: PushInbox; did: string }> {
  const { identity, did } = await createParty('user')
  const [store, boxKeys] = await Promise.all([openBrowserWalletStore(), openBrowserBoxKeys()])
  const grants = new PushGrants({ url: relay, store, identity: async () => ({ ...identity, boxKeys }) })
  return { grants, inbox: new PushInbox({ grants }), did }
}
