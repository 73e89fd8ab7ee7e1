import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeHex, encodeHex } from '../bytes/hex.ts'
import { cidFromDigest, digestFromCid, isCid } from './cid.ts'
import { parseIpfsLink, readProfileImage } from './ipfs-link.ts'

const CID = 'QmSCnmXC91Arz2gj934Ce4DeR7d9fULWRepjzGMX6SSazB'

interface Pair {
  readonly ipfsHash: string
  readonly bytes32: string
}

function load(name: string) {
  return JSON.parse(readFileSync(new URL(`../../../../test/vectors/${name}.json`, import.meta.url), 'utf8'))
}

const ipfs: { conversions: readonly Pair[]; vectors: readonly Pair[] } = load('ipfs')
const registry: { lookups: readonly { registryReturns: string; ipfsHash: string | null }[] } =
  load('registry')
const pairs = [
  ...ipfs.conversions,
  ...ipfs.vectors,
  ...registry.lookups.flatMap(({ ipfsHash, registryReturns }) =>
    ipfsHash === null ? [] : [{ ipfsHash, bytes32: registryReturns }],
  ),
]

describe('CIDs and digests', () => {
  it('cover conversions, documents and lookups', () => {
    expect(ipfs.conversions.length).toBeGreaterThan(3)
    expect(pairs.length).toBeGreaterThan(15)
  })

  it.each(pairs.map(({ ipfsHash, bytes32 }) => [ipfsHash, bytes32]))('%s is %s', (cid, bytes32) => {
    const digest = decodeHex(bytes32!, { prefix: 'required' })!
    expect(cidFromDigest(digest)).toBe(cid)
    expect(`0x${encodeHex(digestFromCid(cid!))}`).toBe(bytes32)
  })

  it('are one for one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (digest) => {
        expect(digestFromCid(cidFromDigest(digest))).toEqual(digest)
      }),
    )
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'QmSCnz19abXY'), minLength: 40, maxLength: 46 }),
        (rest) => {
          const text = `Qm${rest}`
          if (isCid(text)) expect(cidFromDigest(digestFromCid(text))).toBe(text)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('refuse a digest of another length', () => {
    expect(() => cidFromDigest(new Uint8Array(31))).toThrow(TypeError)
  })

  it.each([
    '',
    'Qm',
    `${CID}1`,
    CID.slice(1),
    ` ${CID}`,
    `${CID}\n`,
    'bafkreidwp7n4k5j3omzs5h3khgq2uzsgsex2pmwtfwd6ojbzq4ril53zja',
    `Qm${'z'.repeat(44)}`,
    `Qm${'1'.repeat(44)}`,
    `Qm${'0'.repeat(44)}`,
    undefined,
    1,
  ])('refuse %j', (hostile) => {
    expect(isCid(hostile)).toBe(false)
    expect(() => digestFromCid(hostile as string)).toThrow(expect.objectContaining({ code: 'CID_INVALID' }))
  })
})

describe('images', () => {
  it('are IPFS links', () => {
    expect(parseIpfsLink(`/ipfs/${CID}`)).toBe(CID)
    expect(
      readProfileImage({ image: { '@type': 'ImageObject', name: 'avatar', contentUrl: `/ipfs/${CID}` } }),
    ).toBe(CID)
    expect(readProfileImage({ image: `/ipfs/${CID}` })).toBe(CID)
  })

  it.each([
    'https://x.example/a.png',
    `https://x.example/ipfs/${CID}`,
    `//x.example/ipfs/${CID}`,
    'data:image/png;base64,AAAA',
    `/ipfs/${CID}/../x`,
    `/ipfs/${CID}?x`,
    `/ipfs/ ${CID}`,
    CID,
    '',
    null,
    1,
  ])('are dropped where they are %j', (hostile) => {
    expect(parseIpfsLink(hostile)).toBeUndefined()
    expect(readProfileImage({ image: hostile })).toBeUndefined()
    expect(readProfileImage({ image: { contentUrl: hostile } })).toBeUndefined()
    expect(readProfileImage({ image: [{ contentUrl: `/ipfs/${CID}` }] })).toBeUndefined()
  })

  it('may be absent', () => {
    expect(readProfileImage({})).toBeUndefined()
  })
})
