import type { Block, ChainReader } from './chain-reader.ts'

/** Ethereum's first block, 2015-07-30: before it no address meant anything. */
const FIRST_BLOCK_TIME = 1_438_269_973

/**
 * The last block that was made at or before a time, by bisection: one request for each doubling of the chain's length.
 *
 * @param time Unix seconds
 * @returns undefined where the chain did not exist yet
 */
export async function findBlock(
  reader: ChainReader,
  time: number,
  latest: Block,
): Promise<Block | undefined> {
  if (time < FIRST_BLOCK_TIME) return undefined
  if (latest.timestamp <= time) return latest
  let before = await reader.readBlock(0)
  if (before.timestamp > time) return undefined
  let after = latest
  while (after.number - before.number > 1) {
    const middle = await reader.readBlock(before.number + Math.floor((after.number - before.number) / 2))
    if (middle.timestamp <= time) before = middle
    else after = middle
  }
  return before
}
