import { UR, URDecoder, UREncoder } from '@ngraveio/bc-ur'
import { describe, expect, it } from 'vitest'
import { seededBytes } from '../test-support/seeded-bytes.ts'
import { AnimatedDecoder, createAnimatedParts } from './index.ts'

const text = (length: number, seed: number) =>
  Array.from(seededBytes(length, seed), (byte) => String.fromCharCode(33 + (byte % 94))).join('')

/** Their encoder splits by a limit as ours does. */
function theirEncoder(message: string, partBytes: number): UREncoder {
  return new UREncoder(UR.fromBuffer(Buffer.from(message)), partBytes)
}

describe('frames', () => {
  it.each([
    [1, 10],
    [100, 200],
    [100, 10],
    [199, 20],
    [500, 10],
    [1000, 33],
    [4096, 200],
    [12_000, 200],
  ])('of %i bytes by %i are those of another implementation, byte for byte', (length, partBytes) => {
    const message = text(length, length)
    const ours = createAnimatedParts(message, { partBytes })
    const theirs = theirEncoder(message, partBytes)
    expect(ours.count).toBe(theirs.fragmentsLength)
    for (let sequence = 1; sequence <= Math.min(90, 3 * ours.count + 10); sequence++)
      expect(ours.part(sequence)).toBe(theirs.nextPart().toUpperCase())
  })

  it('mixed by another implementation are read', () => {
    const message = text(3000, 1)
    const theirs = theirEncoder(message, 150)
    const decoder = new AnimatedDecoder()
    for (let lost = 0; lost < theirs.fragmentsLength; lost++) theirs.nextPart()
    for (let frame = 0; frame < 100; frame++) {
      const progress = decoder.receive(theirs.nextPart())
      if (progress.state === 'complete') return expect(progress.text).toBe(message)
    }
    expect.unreachable('a hundred mixed parts of twenty fragments must do')
  })

  it('are read by another implementation, in any order', () => {
    const message = text(3000, 2)
    const ours = createAnimatedParts(message)
    const decoder = new URDecoder()
    for (let sequence = 90; sequence > 0 && !decoder.isComplete(); sequence--)
      decoder.receivePart(ours.part(sequence))
    expect(decoder.resultUR().decodeCBOR().toString()).toBe(message)
  })
})
