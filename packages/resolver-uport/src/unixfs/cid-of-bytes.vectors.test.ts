import { readFileSync } from 'node:fs'
import { cidFromDigest, decodeHex } from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import { cidOfBytes } from '../index.ts'

interface Vector {
  readonly id: string
  readonly text?: string
  readonly repeat?: { readonly char: string; readonly count: number }
  readonly ipfsHash: string
  readonly bytes32: string
}

const { vectors, conversions } = JSON.parse(
  readFileSync(new URL('../../../../test/vectors/ipfs.json', import.meta.url), 'utf8'),
) as { vectors: Vector[]; conversions: { ipfsHash: string; bytes32: string }[] }

const contentOf = ({ text, repeat }: Vector) =>
  new TextEncoder().encode(text ?? repeat!.char.repeat(repeat!.count))

describe('cidOfBytes', () => {
  it('has vectors of every kind', () => {
    expect(vectors.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['ios-live', 'empty', 'utf8', 'len-262144', 'len-262145']),
    )
    expect(conversions.length).toBeGreaterThan(0)
  })

  it.each(vectors)('gives the address of $id', (vector) => {
    expect(cidOfBytes(contentOf(vector))).toBe(vector.ipfsHash)
  })

  it.each([...vectors, ...conversions])(
    'is what the registry stands for: $bytes32',
    ({ bytes32, ipfsHash }) => {
      expect(cidFromDigest(decodeHex(bytes32)!)).toBe(ipfsHash)
    },
  )
})
