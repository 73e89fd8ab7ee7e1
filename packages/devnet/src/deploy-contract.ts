import { setTimeout as wait } from 'node:timers/promises'
import type { JsonRpc } from './json-rpc.ts'

const receiptAttempts = 200
const receiptIntervalMilliseconds = 10

/** A contract to be deployed. */
export interface Creation {
  readonly name: string
  /** Creation code and encoded arguments, `0x` hex. */
  readonly data: string
}

/**
 * Deploys a contract from an account the node holds the key of.
 *
 * @returns the address of the contract, lower case.
 */
export async function deployContract(rpc: JsonRpc, from: string, { name, data }: Creation): Promise<string> {
  const hash = await rpc('eth_sendTransaction', { from, data })
  for (let attempt = 0; attempt < receiptAttempts; attempt++) {
    const receipt = (await rpc('eth_getTransactionReceipt', hash)) as ContractReceipt | null
    if (receipt?.status === '0x1') return receipt.contractAddress
    if (receipt !== null) throw new Error(`${name} could not be deployed: its constructor reverted`)
    await wait(receiptIntervalMilliseconds)
  }
  throw new Error(`${name} was not mined: the chain of the devnet does not mine`)
}

interface ContractReceipt {
  readonly status: string
  readonly contractAddress: string
}

/** Whether there is a contract at the address. */
export async function hasCode(rpc: JsonRpc, address: string): Promise<boolean> {
  return (await rpc('eth_getCode', address, 'latest')) !== '0x'
}
