import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { deployContract } from './deploy-contract.ts'
import type { JsonRpc } from './json-rpc.ts'

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
  return deployContract(rpc, from, { name: 'UportRegistry', data })
}
