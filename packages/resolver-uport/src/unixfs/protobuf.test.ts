import { describe, expect, it } from 'vitest'
import { bytesHead, varint, varintField } from './protobuf.ts'

describe('the protobuf encoding', () => {
  it.each<[number, number[]]>([
    [0, [0]],
    [127, [0x7f]],
    [128, [0x80, 1]],
    [300, [0xac, 2]],
    [2 ** 32, [0x80, 0x80, 0x80, 0x80, 0x10]],
    [Number.MAX_SAFE_INTEGER, [255, 255, 255, 255, 255, 255, 255, 15]],
  ])('writes the varint of %i', (value, bytes) => expect(varint(value)).toEqual(bytes))

  it('writes fields', () => {
    expect(varintField(1, 2)).toEqual([0x08, 2])
    expect(bytesHead(2, 2)).toEqual([0x12, 2])
    expect(bytesHead(20, 300)).toEqual([0xa2, 1, 0xac, 2])
  })
})
