import { addressOf, type KeyStore, parseNetworkId, UportError } from '@uport-kit/core'
import type { AccountRecord } from '../state/accounts.ts'
import { signerMismatch } from './assert-signer.ts'
import type { ScreenContext } from './flow-screen.ts'

/** What signs, and the address that its signatures recover to. */
export interface SigningAccount {
  /** `0x` and 40 lower-case hex digits. */
  readonly address: string
  readonly signer: { readonly keys: KeyStore; readonly keyId: string }
}

/**
 * The account that signs for this requester: the one it names, else its own one, else the identity's key. A contract
 * cannot sign.
 *
 * @throws UportError `SIGNER_MISMATCH` where the named one is not ours, or not this requester's to know; `KEY_NOT_FOUND`
 */
export async function signingAccount(
  wanted: { readonly from?: string | undefined; readonly network?: string | bigint | undefined },
  context: ScreenContext,
): Promise<SigningAccount> {
  const { accounts, accountKeys, consent, identity, keys, signal } = context
  const own = await keySigner(keys, identity.keyId, context)
  const usable = accountKeys === undefined ? [] : await accounts.usableBy(consent.requester, { signal })
  const fitting = usable.filter((one) => one.kind !== 'segregated' && isOn(one, wanted.network))
  const { from } = wanted
  const chosen = fitting.find((one) =>
    from === undefined ? one.requester !== undefined : one.address === from,
  )
  if (chosen !== undefined && accountKeys !== undefined) {
    const signer = await keySigner(accountKeys, chosen.keyId, context)
    // A general account may be a contract, too.
    if (signer.address !== chosen.address) throw signerMismatch('from', chosen.address, signer.address)
    return signer
  }
  if (from === undefined || from === own.address) return own
  throw signerMismatch('from', from, own.address)
}

async function keySigner(keys: KeyStore, keyId: string, { signal }: ScreenContext): Promise<SigningAccount> {
  const info = await keys.get(keyId, { signal })
  if (info !== undefined) return { address: addressOf(info.publicKey), signer: { keys, keyId } }
  throw new UportError('KEY_NOT_FOUND', 'The key store has no such key; check the key id.', {
    data: { keyId },
  })
}

function isOn({ network }: AccountRecord, wanted: string | bigint | undefined): boolean {
  if (wanted === undefined) return true
  return parseNetworkId(network) === (typeof wanted === 'bigint' ? wanted : parseNetworkId(wanted))
}
