import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { setTimeout as wait } from 'node:timers/promises'
import type { JsonRpc } from './json-rpc.ts'

const receiptAttempts = 200
const receiptIntervalMilliseconds = 10

/** The creation code of the original contract (version 3), as `uport-registry` published it, without its argument. */
async function readUportRegistryBytecode(): Promise<string> {
  const file = createRequire(import.meta.url).resolve('uport-registry')
  const artifact = JSON.parse(await readFile(file, 'utf8')) as { unlinked_binary: string }
  return artifact.unlinked_binary
}

/**
 * Deploys the original `UportRegistry` from an account the node holds the key of. Its one argument, the address of the
 * version before, is zero: there is none on this chain.
 *
 * @returns the address of the contract, lower case.
 */
export async function deployUportRegistry(rpc: JsonRpc, from: string): Promise<string> {
  const data = (await readUportRegistryBytecode()) + '0'.repeat(64)
  const hash = await rpc('eth_sendTransaction', { from, data })
  for (let attempt = 0; attempt < receiptAttempts; attempt++) {
    const receipt = (await rpc('eth_getTransactionReceipt', hash)) as ContractReceipt | null
    if (receipt !== null) return addressOf(receipt)
    await wait(receiptIntervalMilliseconds)
  }
  throw new Error('UportRegistry was not mined: the chain of the devnet does not mine')
}

interface ContractReceipt {
  readonly status: string
  readonly contractAddress: string
}

function addressOf({ status, contractAddress }: ContractReceipt): string {
  if (status !== '0x1') throw new Error('UportRegistry could not be deployed: its constructor reverted')
  return contractAddress
}

/** Whether there is a contract at the address. */
export async function hasCode(rpc: JsonRpc, address: string): Promise<boolean> {
  return (await rpc('eth_getCode', address, 'latest')) !== '0x'
}
