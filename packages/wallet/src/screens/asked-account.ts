import { type DisclosureRequest, type Options, UportError } from '@uport-kit/core'
import type { Approval } from '../consent-prompt.ts'
import type { AccountKind, AccountRecord, AccountWish } from '../state/accounts.ts'
import type { ScreenContext } from './flow-screen.ts'
import type { AskedAccount, DisclosureDetails } from './screen-details.ts'

/** The account a disclosure asks for, as the wallet could answer. Nothing is made and nobody contacted yet. */
export async function askedAccount(
  request: DisclosureRequest,
  context: ScreenContext,
): Promise<AskedAccount | undefined> {
  const { accountType, network } = request
  if (accountType === 'none') return undefined
  const wish = wishOf(request, context)
  const found = await findAccount(wish, context)
  const privateChain = privateChainOf(request, context)
  const available =
    found !== undefined || (wish !== undefined && (await canMake(wish, privateChain !== undefined, context)))
  return { kind: accountType, network, mnid: found?.mnid, available, privateChain }
}

/** The account that an approval tells, made now where it has to be. No request makes one essential. */
export async function ensureAccount(
  request: DisclosureRequest,
  { account }: DisclosureDetails,
  approval: Approval,
  context: ScreenContext,
  options: Options,
): Promise<AccountRecord | undefined> {
  if (approval.account === false) return undefined
  if (approval.account !== undefined && approval.account !== account?.mnid) {
    throw new UportError('WALLET_DECISION_INVALID', 'The decision names an account that was not offered.', {
      data: { reason: 'it names an account that was not offered' },
    })
  }
  const wish = wishOf(request, context)
  if (account === undefined || !account.available || wish === undefined) {
    return account?.mnid === undefined ? undefined : findAccount(wish, context)
  }
  const { rpc } = request
  if (account.privateChain !== undefined && rpc !== undefined) {
    const requester = context.consent.requester
    await context.networks.addPrivate(
      { id: `0x${BigInt(wish.network).toString(16)}`, rpcUrl: rpc, requester },
      options,
    )
  }
  return context.accounts.ensure(wish, options)
}

/** Without a network nothing can be made: an account lives on a chain. */
function wishOf(
  { accountType, network }: DisclosureRequest,
  context: ScreenContext,
): AccountWish | undefined {
  if (!isAccountKind(accountType) || network === undefined) return undefined
  return { kind: accountType, network, requester: context.consent.requester, owner: context.identity.did }
}

/** A device key is no account of this wallet's: it would be one key for all requesters. */
function isAccountKind(type: string): type is AccountKind {
  return type === 'general' || type === 'keypair' || type === 'segregated'
}

function findAccount(
  wish: AccountWish | undefined,
  { accounts, signal }: ScreenContext,
): Promise<AccountRecord | undefined> {
  return wish === undefined ? Promise.resolve(undefined) : accounts.find(wish, { signal })
}

async function canMake(wish: AccountWish, brought: boolean, context: ScreenContext): Promise<boolean> {
  const { accounts, networks, consent, signal } = context
  if (!(await accounts.canEnsure(wish, { signal }))) return false
  return brought || (await networks.find(wish.network, consent.requester, { signal })) !== undefined
}

/** @throws UportError `PRIVATE_CHAIN_NETWORK_KNOWN`, `REQUEST_INVALID`: such a request is not even shown */
function privateChainOf(
  request: DisclosureRequest,
  { networks }: ScreenContext,
): AskedAccount['privateChain'] {
  const { accountType, network, rpc } = request
  // Nobody pays for a contract's transactions on a requester's own chain: only a key pair is of use there.
  if (rpc === undefined || network === undefined || accountType !== 'keypair') return undefined
  return { host: networks.assertMayAdd(network, rpc).host }
}
