import type { Options } from '@uport-kit/core'
import { type ChainReader, rpcFailed, type TransactionLog } from '@uport-kit/core/ethereum'
import { type LogDescription, zeroPadValue } from 'ethers'
import { EVENTS, MANAGERS, type ManagerContract } from './contracts.ts'
import { readContract } from './read-contract.ts'

/** A key that acts for an identity. */
export interface IdentityOwner {
  /** Lower case. */
  readonly address: string
  /** `waiting`: added by the recovery key a short while ago. `owner`: may act. `olderOwner`: may also change who may. */
  readonly rank: 'waiting' | 'owner' | 'olderOwner'
}

/**
 * Who acts for an identity. No contract lists them: the names come from the manager's events, the ranks from the manager.
 *
 * @param fromBlock the block to look from; the manager's own, or an earlier one
 */
export async function readOwners(
  chain: ChainReader,
  manager: ManagerContract,
  identity: string,
  fromBlock: bigint,
  options: Options,
): Promise<readonly IdentityOwner[]> {
  const topics = ownerEvents().map((name) => EVENTS.getEvent(name)?.topicHash ?? '')
  const filter = { address: manager.address, topics: [topics, [zeroPadValue(identity, 32)]], fromBlock }
  const named = new Map<string, 'there' | 'gone'>()
  for (const log of await chain.logs(filter, options)) {
    const event = parseEvent(log)
    if (event === undefined) throw rpcFailed(chain.host, 'an event of another form than asked for')
    named.set(ownerOf(event), /Removed|Finalized/.test(event.name) ? 'gone' : 'there')
  }
  const owners: IdentityOwner[] = []
  for (const [address, state] of named) {
    const rank = await readRank(chain, manager, identity, address, options)
    if (rank !== undefined) owners.push(Object.freeze({ address, rank }))
    else if (state === 'there') owners.push(Object.freeze({ address, rank: 'waiting' }))
  }
  return Object.freeze(owners)
}

/** The identity that a receipt says was created for these keys; undefined where it says no such thing. */
export function findCreated(
  logs: readonly TransactionLog[],
  manager: string,
  keys: { readonly owner: string; readonly recoveryKey: string },
): string | undefined {
  for (const log of logs) {
    const event = log.address === manager ? parseEvent(log) : undefined
    if (event === undefined || !event.name.endsWith('IdentityCreated')) continue
    const { identity, owner, recoveryKey } = event.args.toObject()
    if (lower(owner) === keys.owner && lower(recoveryKey) === keys.recoveryKey) return lower(identity)
  }
  return undefined
}

async function readRank(
  chain: ChainReader,
  manager: ManagerContract,
  identity: string,
  key: string,
  options: Options,
): Promise<IdentityOwner['rank'] | undefined> {
  const is = (view: 'isOwner' | 'isOlderOwner') =>
    readContract(chain, manager.address, MANAGERS[manager.kind], [view, identity, key], options)
  const [owner, older] = await Promise.all([is('isOwner'), is('isOlderOwner')])
  if (older === true) return 'olderOwner'
  return owner === true ? 'owner' : undefined
}

function ownerEvents(): readonly string[] {
  return EVENTS.fragments.flatMap((fragment) => ('name' in fragment ? [String(fragment.name)] : []))
}

/** Whom the event is about. The migration's last step removes who takes it, and says so in no other way. */
function ownerOf({ name, args }: LogDescription): string {
  return lower(name.endsWith('MigrationFinalized') ? args['instigator'] : args['owner'])
}

function parseEvent({ topics, data }: TransactionLog): LogDescription | undefined {
  try {
    return EVENTS.parseLog({ topics, data }) ?? undefined
  } catch {
    return undefined
  }
}

function lower(value: unknown): string {
  return String(value).toLowerCase()
}
