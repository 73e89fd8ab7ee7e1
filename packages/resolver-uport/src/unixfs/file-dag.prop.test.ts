import { cidFromDigest } from '@uport-kit/core'
import fc from 'fast-check'
import { type ImporterOptions, importBytes } from 'ipfs-unixfs-importer'
import { fixedSize } from 'ipfs-unixfs-importer/chunker'
import { balanced } from 'ipfs-unixfs-importer/layout'
import { describe, expect, it } from 'vitest'
import { digestOfFile, type FileLayout, IPFS_ADD_LAYOUT } from './file-dag.ts'

const nowhere = { put: async (cid: unknown) => cid }

/** What the reference implementation makes of it. */
async function referenceCid(bytes: Uint8Array, { chunkSize, maxLinks }: FileLayout): Promise<string> {
  const options: ImporterOptions = {
    cidVersion: 0,
    rawLeaves: false,
    reduceSingleLeafToSelf: true,
    chunker: fixedSize({ chunkSize }),
    layout: balanced({ maxChildrenPerNode: maxLinks }),
  }
  const { cid } = await importBytes(bytes, nowhere as never, options)
  return cid.toString()
}

/** Bytes that differ from chunk to chunk, cheaply. */
const contentOf = (length: number, seed: number) =>
  Uint8Array.from({ length }, (_, index) => (index * 31 + (index >>> 8) * 17 + seed) & 0xff)

describe('digestOfFile', () => {
  it('agrees with ipfs-unixfs-importer on any bytes in one chunk', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
        expect(cidFromDigest(digestOfFile(bytes))).toBe(await referenceCid(bytes, IPFS_ADD_LAYOUT))
      }),
    )
  })

  it('agrees with it on trees of many levels', async () => {
    const layout = fc.record({
      chunkSize: fc.integer({ min: 1, max: 20 }),
      maxLinks: fc.integer({ min: 2, max: 5 }),
    })
    await fc.assert(
      fc.asyncProperty(layout, fc.nat(700), fc.nat(255), async (shape, length, seed) => {
        const bytes = contentOf(length, seed)
        expect(cidFromDigest(digestOfFile(bytes, shape))).toBe(await referenceCid(bytes, shape))
      }),
    )
  })

  it.each([173, 174, 175, 348, 349, 174 * 174, 174 * 174 + 1])(
    'agrees with it on %i chunks of a node of 174 links',
    async (chunks) => {
      const layout = { ...IPFS_ADD_LAYOUT, chunkSize: 4 }
      const bytes = contentOf(chunks * 4 - 1, 7)
      expect(cidFromDigest(digestOfFile(bytes, layout))).toBe(await referenceCid(bytes, layout))
    },
  )

  it('agrees with it around the edges of real chunks', async () => {
    for (const length of [0, 1, 262_143, 262_144, 262_145, 524_288, 524_289, 1_000_000]) {
      const bytes = contentOf(length, 3)
      expect(cidFromDigest(digestOfFile(bytes))).toBe(await referenceCid(bytes, IPFS_ADD_LAYOUT))
    }
  })
})
