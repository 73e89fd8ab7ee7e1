import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { httpRpc } from '@uport-kit/core/ethereum'
import type { Devnet } from '@uport-kit/devnet'
import { GUEST_BOOK_CODE } from './guest-book-code.ts'

const ATTEMPTS = 200
const PAUSE_MS = 25

/** Deploys the guest book from an account of the devnet, whose node holds the keys, and tells where it is. */
async function deployGuestBook(devnet: Devnet): Promise<string> {
  const [account] = devnet.accounts
  if (account === undefined) throw new Error('The devnet has no accounts.')
  const rpc = httpRpc(devnet.rpcUrl)
  const hash = await rpc.request({
    method: 'eth_sendTransaction',
    params: [{ from: account.address, data: GUEST_BOOK_CODE }],
  })
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const receipt = await rpc.request({ method: 'eth_getTransactionReceipt', params: [String(hash)] })
    const address = addressIn(receipt)
    if (address !== undefined) return address.toLowerCase()
    await wait(PAUSE_MS)
  }
  throw new Error('The guest book was not deployed: the chain of the devnet does not mine.')
}

function addressIn(receipt: unknown): string | undefined {
  if (typeof receipt !== 'object' || receipt === null || !('contractAddress' in receipt)) return undefined
  return typeof receipt.contractAddress === 'string' ? receipt.contractAddress : undefined
}

/**
 * The guest book of this world: that of an earlier run, whose address a file remembers, or a new one.
 *
 * @param file undefined where nothing is kept
 */
export async function openGuestBook(devnet: Devnet, file: string | undefined): Promise<string> {
  const known = file === undefined || !existsSync(file) ? undefined : await readFile(file, 'utf8')
  if (known !== undefined && (await hasCode(devnet, known))) return known
  const address = await deployGuestBook(devnet)
  if (file !== undefined) await writeFile(file, address)
  return address
}

async function hasCode(devnet: Devnet, address: string): Promise<boolean> {
  const params = [address, 'latest']
  return (await httpRpc(devnet.rpcUrl).request({ method: 'eth_getCode', params })) !== '0x'
}
