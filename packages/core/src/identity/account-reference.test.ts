import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAddress, parseAccountReference } from './account-reference.ts'
import { encodeMnid } from './mnid.ts'

const ADDRESS = '0xf3beac30c498d9e26865f34fcaa57dbb935b0d74'
const CHECKSUMMED = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'

describe('parseAccountReference', () => {
  it.each<[string, string, bigint | undefined]>([
    [ADDRESS, ADDRESS, undefined],
    [ADDRESS.toUpperCase().replace('0X', '0x'), ADDRESS, undefined],
    [CHECKSUMMED, CHECKSUMMED.toLowerCase(), undefined],
    [encodeMnid({ network: 4n, address: ADDRESS }), ADDRESS, 4n],
    [`did:uport:${encodeMnid({ network: 0x16b2n, address: ADDRESS })}`, ADDRESS, 0x16b2n],
    [`did:ethr:${ADDRESS}`, ADDRESS, 1n],
    [`did:ethr:0x4:${ADDRESS}`, ADDRESS, 4n],
  ])('reads %s', (text, address, network) => {
    expect(parseAccountReference(text)).toEqual(network === undefined ? { address } : { address, network })
  })

  it.each([
    '',
    '0x12',
    ADDRESS.slice(2),
    `${ADDRESS}00`,
    CHECKSUMMED.replace('5aA', '5aa'),
    'did:uport:nobody',
    'did:web:example.org',
    `did:ethr:rinkeby:${ADDRESS}`,
    `did:ethr:${ADDRESS}#owner`,
    'did:',
    'x'.repeat(300),
    7,
    null,
    undefined,
  ])('finds no account in %s', (text) => {
    expect(parseAccountReference(text)).toBeUndefined()
  })

  it('never throws, and finds only addresses', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.string(),
          fc.string().map((id) => `did:ethr:${id}`),
        ),
        (value) => {
          const found = parseAccountReference(value)
          if (found !== undefined) expect(isAddress(found.address)).toBe(true)
        },
      ),
    )
  })
})
