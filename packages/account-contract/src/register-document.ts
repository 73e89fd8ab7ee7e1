import {
  type Account,
  type Did,
  didFromMnid,
  digestFromCid,
  encodeHex,
  encodeMnid,
  UportError,
} from '@uport-kit/core'
import {
  ChainReader,
  type FollowOptions,
  followTransaction,
  type RpcEndpoint,
} from '@uport-kit/core/ethereum'
import { encodeBytes32String } from 'ethers'
import { REGISTRY } from './contracts.ts'
import type {} from './errors.ts'
import { readContract } from './read-contract.ts'
import { requireAddress } from './require-address.ts'

/** The key under which a subject's own document stands. `1220` is the part of the multihash that is not stored. */
const PROFILE_KEY = encodeBytes32String('uPortProfileIPFS1220')

export interface DocumentRegistration {
  /** The identity's own account: the registry believes a subject about itself alone. */
  readonly account: Account
  /** The chain's node. */
  readonly rpc: RpcEndpoint
  /** The uPort registry, version 3. */
  readonly registry: string
  /** The published document: for a contract identity, with the key that signs for it. */
  readonly cid: string
  /** The network id inside the MNID. Default: the account's chain id. */
  readonly network?: bigint | undefined
}

/** A document in the registry. */
export interface RegisteredDocument {
  readonly did: Did<'uport'>
  readonly cid: string
  readonly hash: string
  readonly blockNumber: bigint
}

/**
 * The registry's call by which an identity names its document; also as the first call of a new identity.
 *
 * @throws UportError `CID_INVALID`
 */
export function registrationCall(
  registry: string,
  identity: string,
  cid: string,
): { readonly to: string; readonly data: string } {
  const value = `0x${encodeHex(digestFromCid(cid))}`
  const args = [PROFILE_KEY, requireAddress(identity, 'identity'), value]
  return Object.freeze({
    to: requireAddress(registry, 'registry'),
    data: REGISTRY.encodeFunctionData('set', args),
  })
}

/**
 * Registers the document of an identity through its own account, of whatever kind, waits for a block and reads it back.
 *
 * @throws UportError `CID_INVALID`, `ACCOUNT_REGISTRATION_MISMATCH`, `RPC_FAILED`, what `Account.send` and `followTransaction`
 * reject with
 */
export async function registerDocument(
  { account, rpc, registry, cid, network = account.chainId }: DocumentRegistration,
  options: FollowOptions = {},
): Promise<RegisteredDocument> {
  const call = registrationCall(registry, account.address, cid)
  const chain = new ChainReader(rpc)
  const { signal } = options
  await chain.requireChain(account.chainId, { signal })
  const { hash } = await account.send(call, { signal })
  const { blockNumber } = await followTransaction(chain, hash, options)
  const get = ['get', PROFILE_KEY, account.address, account.address] as const
  const stored = String(await readContract(chain, call.to, REGISTRY, get, { signal }))
  if (stored !== `0x${encodeHex(digestFromCid(cid))}`) {
    const message =
      'The registry does not hold the document just registered: look who else acts for the identity'
    throw new UportError('ACCOUNT_REGISTRATION_MISMATCH', message, {
      data: { identity: account.address, registry: call.to },
    })
  }
  const did = didFromMnid(encodeMnid({ network, address: account.address }))
  return Object.freeze({ did, cid, hash, blockNumber })
}
