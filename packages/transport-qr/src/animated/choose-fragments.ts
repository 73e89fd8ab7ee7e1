import { concatBytes } from '@uport-kit/core'
import { uint32 } from '../crc32.ts'
import { Xoshiro256 } from './xoshiro256.ts'

/**
 * Which fragments a part mixes. Both sides compute it from the part's number and the message's checksum, as every
 * implementation of multi-part UR does (BCR-2024-001): few fragments often, many seldom.
 */
export function chooseFragments(sequence: number, count: number, checksum: number): readonly number[] {
  if (sequence <= count) return [sequence - 1]
  const random = new Xoshiro256(concatBytes(uint32(sequence), uint32(checksum)))
  const degree = chooseDegree(count, random)
  const remaining = Array.from({ length: count }, (_, index) => index)
  return Array.from({ length: degree }, () => remaining.splice(random.below(remaining.length), 1)[0] ?? 0)
}

/** A degree from 1 to `count`, its probability in proportion to 1 / degree: Vose's alias method. */
function chooseDegree(count: number, random: Xoshiro256): number {
  const { odds, alias } = aliasTable(Array.from({ length: count }, (_, index) => 1 / (index + 1)))
  const column = random.below(count)
  return (random.fraction() < (odds[column] ?? 1) ? column : (alias[column] ?? column)) + 1
}

/** The order of its steps is part of the format: another one chooses other fragments. */
function aliasTable(weights: readonly number[]) {
  const count = weights.length
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const scaled = weights.map((weight) => (weight * count) / sum)
  const odds = new Array<number>(count).fill(1)
  const alias = new Array<number>(count).fill(0)
  const small: number[] = []
  const large: number[] = []
  for (let index = count - 1; index >= 0; index--) ((scaled[index] ?? 0) < 1 ? small : large).push(index)
  for (let less = small.pop(); less !== undefined; less = small.pop()) {
    const more = large.pop()
    if (more === undefined) break
    const odd = scaled[less] ?? 0
    odds[less] = odd
    alias[less] = more
    const rest = (scaled[more] ?? 0) + odd - 1
    scaled[more] = rest
    ;(rest < 1 ? small : large).push(more)
  }
  return { odds, alias }
}
