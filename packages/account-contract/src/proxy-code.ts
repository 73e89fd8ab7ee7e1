import type { Options } from '@uport-kit/core'
import { decodeHex, encodeHex, keccak256 } from '@uport-kit/core'
import type { ChainReader } from '@uport-kit/core/ethereum'

/** Keccak-256 of the code of every `Proxy` that `uport-identity` published, without metadata: 1.x, 2.0.0, 2.0.1. */
const ORIGINALS: ReadonlySet<string> = new Set([
  '51c2f008d06e116801c2c37a78afda445e6b63ccf993e53258aefcf40f652129',
  'd66d216bb4b8ea6eb3b6826c9d6b4d7a731a48b132d18708adee3a45e90ae201',
  '4b28f95f61863287ecf5e4279868e676da9582610e1223f8c3b5227a0590619b',
])

/** What the compiler adds: `a165627a7a72305820`, the Swarm hash of the metadata, `0029`. */
const METADATA = /a165627a7a72305820[0-9a-f]{64}0029$/

/** Whether there is an original `Proxy` at the address. Managers also take identities that only pretend to be one. */
export async function isOriginalProxy(
  chain: ChainReader,
  address: string,
  options: Options,
): Promise<boolean> {
  const code = await chain.code(address, options)
  const program = decodeHex(code.replace(METADATA, ''))
  return program !== undefined && ORIGINALS.has(encodeHex(keccak256(program)))
}
