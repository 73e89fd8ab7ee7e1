import type { Options } from '@uport-kit/core'
import { type ChainReader, isRevert, nodeErrorOf, revertReason } from '@uport-kit/core/ethereum'
import type { Caller } from './caller.ts'
import { type Act, MANAGERS, type ManagerContract } from './contracts.ts'

/** The call of a function that acts for a key: `MetaIdentityManager` has the key in front. */
export function encodeAct(manager: ManagerContract, key: string, act: Act, args: readonly unknown[]): string {
  const all = manager.kind === 'meta' ? [key, ...args] : args
  return MANAGERS[manager.kind].encodeFunctionData(act, all)
}

/** What became of a call that was only tried. `reason`: what the contract said, where it said something. */
export type Trial =
  | { readonly succeeds: true }
  | { readonly succeeds: false; readonly reason: string | undefined }

/**
 * Tries a call on top of the transactions that wait. Managers let a key act for itself whoever pays, so the trial of a
 * meta-transaction is that of the key's own call.
 */
export async function tryCall(
  chain: ChainReader,
  call: { readonly from: string; readonly to: string; readonly data: string; readonly value?: string },
  options: Options,
): Promise<Trial> {
  try {
    await chain.read(call, 'pending', options)
    return { succeeds: true }
  } catch (error) {
    const answered = nodeErrorOf(error)
    if (answered === undefined || !isRevert(answered)) throw error
    return { succeeds: false, reason: revertReason(answered) }
  }
}

/** Refuses a caller that the manager could not serve, or that is on another chain. */
export function assertCaller(manager: ManagerContract, chainId: bigint, caller: Caller): void {
  if (caller.chainId !== chainId)
    throw new TypeError('the caller acts on another chain than the manager is on')
  if (caller.kind === 'meta' && manager.kind !== 'meta') {
    throw new TypeError('only a MetaIdentityManager takes meta-transactions')
  }
}
