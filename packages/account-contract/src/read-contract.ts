import type { Options } from '@uport-kit/core'
import { type ChainReader, rpcFailed } from '@uport-kit/core/ethereum'
import type { Interface } from 'ethers'

/** What a view function says at the latest block; `RPC_FAILED` where there is no such contract. */
export async function readContract(
  chain: ChainReader,
  to: string,
  abi: Interface,
  [method, ...args]: readonly [method: string, ...args: unknown[]],
  options: Options,
): Promise<unknown> {
  const data = abi.encodeFunctionData(method, args)
  const answer = await chain.read({ from: NOBODY, to, data }, 'latest', options)
  try {
    return abi.decodeFunctionResult(method, answer)[0]
  } catch {
    throw rpcFailed(chain.host, `no answer of ${method} at ${to}`)
  }
}

const NOBODY = `0x${'0'.repeat(40)}`
