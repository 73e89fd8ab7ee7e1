import type { JsonObject } from '@uport-kit/core'
import type { ConsentScreen, Wallet } from '@uport-kit/wallet'

/** Keeps what the person typed for a site, so that the next one that asks is proposed it. */
export async function rememberDetails(
  wallet: Wallet,
  { identity }: ConsentScreen,
  told: JsonObject,
): Promise<void> {
  const record = await wallet.identities.get(identity)
  if (record === undefined) return
  await wallet.identities.setClaims(
    identity,
    Object.fromEntries([...Object.entries(record.claims), ...Object.entries(told)]),
  )
}
