import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPublicAddress } from './public-address.ts'

const dotted = (n: number) => [24, 16, 8, 0].map((shift) => (n >>> shift) & 0xff).join('.')
const groups = (n: number) => `${(n >>> 16).toString(16)}:${(n & 0xffff).toString(16)}`

/** The same judgement by arithmetic: first octets alone, then the smaller blocks. */
function isSpecial(n: number): boolean {
  const [a, b, c] = [n >>> 24, (n >>> 16) & 0xff, (n >>> 8) & 0xff]
  if (a === 0 || a === 10 || a === 127 || a >= 224) return true
  if (a === 100) return b >= 64 && b < 128
  if (a === 168) return b === 63 && (n & 0xffff) === 0x8110
  if (a === 169) return b === 254
  if (a === 172) return b >= 16 && b < 32
  if (a === 192) return b === 168 || (b === 0 && (c === 0 || c === 2)) || (b === 88 && c === 99)
  if (a === 198) return b === 18 || b === 19 || (b === 51 && c === 100)
  return a === 203 && b === 0 && c === 113
}

/** Any address, with the neighbourhood of the special ones visited often. */
const ipv4 = fc.oneof(
  fc.nat(0xffffffff),
  fc
    .tuple(
      fc.constantFrom(0, 10, 100, 127, 168, 169, 172, 192, 198, 203, 224, 240),
      fc.constantFrom(0, 15, 16, 18, 19, 31, 32, 51, 63, 64, 88, 127, 128, 168, 254),
      fc.constantFrom(0, 2, 99, 100, 113, 129),
      fc.nat(255),
    )
    .map(([a, b, c, d]) => ((a << 24) | (b << 16) | (c << 8) | d) >>> 0),
)

describe('isPublicAddress', () => {
  it('agrees with arithmetic on every IPv4 address', () => {
    fc.assert(
      fc.property(ipv4, (n) => {
        expect(isPublicAddress(dotted(n))).toBe(!isSpecial(n))
      }),
      { numRuns: 2000 },
    )
  })

  it('refuses every IPv6 form that carries an IPv4 address', () => {
    fc.assert(
      fc.property(ipv4, (n) => {
        const forms = [
          `::ffff:${dotted(n)}`,
          `::ffff:${groups(n)}`,
          `::${groups(n)}`,
          `64:ff9b::${groups(n)}`,
          `2002:${groups(n)}::1`,
        ]
        expect(forms.filter(isPublicAddress)).toEqual([])
      }),
    )
  })

  it('admits no IPv6 address outside 2000::/3', () => {
    const group = fc.nat(0xffff)
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (address) => {
        const [first = 0] = address
        fc.pre(first >>> 13 !== 1)
        expect(isPublicAddress(address.map((part) => part.toString(16)).join(':'))).toBe(false)
      }),
    )
  })
})
