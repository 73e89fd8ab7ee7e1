import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { deployContract } from './deploy-contract.ts'
import type { JsonRpc } from './json-rpc.ts'

/** The original contracts of uPort identities, by address, lower case. Proxies are made by the two managers. */
export interface IdentityContracts {
  readonly identityManager: string
  /** Takes calls that its `txRelay` brings, too. */
  readonly metaIdentityManager: string
  readonly txRelay: string
}

/** The seconds that the originals were deployed with on every network: an owner's wait, an administrator's, between two acts. */
const timeLocks = [3_600, 129_600, 1_200]

/** The creation code of an original contract, as `uport-identity` published it, without its arguments. */
async function readBytecode(name: string): Promise<string> {
  const file = createRequire(import.meta.url).resolve(`uport-identity/build/contracts/${name}.json`)
  const artifact = JSON.parse(await readFile(file, 'utf8')) as { unlinked_binary: string }
  return artifact.unlinked_binary
}

/** Deploys the original identity contracts from an account the node holds the key of. */
export async function deployIdentityContracts(rpc: JsonRpc, from: string): Promise<IdentityContracts> {
  const deploy = async (name: string, words: readonly string[]): Promise<string> => {
    const data = (await readBytecode(name)) + words.join('')
    return deployContract(rpc, from, { name, data })
  }
  const locks = timeLocks.map((seconds) => seconds.toString(16).padStart(64, '0'))
  const txRelay = await deploy('TxRelay', [])
  const identityManager = await deploy('IdentityManager', locks)
  const relayWord = txRelay.slice(2).padStart(64, '0')
  const metaIdentityManager = await deploy('MetaIdentityManager', [...locks, relayWord])
  return Object.freeze({ identityManager, metaIdentityManager, txRelay })
}
