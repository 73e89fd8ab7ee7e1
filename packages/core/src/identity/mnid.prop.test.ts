import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodeBase58 } from '../bytes/base58.ts'
import { encodeHex } from '../bytes/hex.ts'
import { encodeMnid, isMnid, mnidFromCaip10, mnidToCaip10, parseMnid } from './mnid.ts'
import { networkToHex } from './network-id.ts'

const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => `0x${encodeHex(bytes)}`)
const network = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n })
const small = fc.bigInt({ min: 0n, max: 2n ** 34n })

it('an account has one MNID, which decodes to it', () => {
  fc.assert(
    fc.property(fc.oneof(network, small), address, (id, account) => {
      const mnid = encodeMnid({ network: id, address: account })
      expect(parseMnid(mnid)).toEqual({ network: id, address: account })
      expect(encodeMnid({ network: networkToHex(id), address: account })).toBe(mnid)
    }),
    { numRuns: 300 },
  )
})

it('a changed character is noticed', () => {
  const alphabet = [...'123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz']
  fc.assert(
    fc.property(small, address, fc.nat(), fc.constantFrom(...alphabet), (id, account, place, character) => {
      const mnid = encodeMnid({ network: id, address: account })
      const index = place % mnid.length
      const changed = mnid.slice(0, index) + character + mnid.slice(index + 1)
      expect(isMnid(changed)).toBe(changed === mnid)
    }),
    { numRuns: 300 },
  )
})

it('any text is refused with a code or is the one MNID of its account', () => {
  const bytes = fc.uint8Array({ minLength: 20, maxLength: 60 }).map(encodeBase58)
  fc.assert(
    fc.property(fc.oneof(bytes, fc.string({ unit: 'binary', maxLength: 90 })), (text) => {
      if (isMnid(text)) expect(encodeMnid(parseMnid(text))).toBe(text)
      else expect(() => parseMnid(text)).toThrow(expect.objectContaining({ code: 'MNID_INVALID' }))
    }),
    { numRuns: 300 },
  )
})

it('CAIP-10 and back is the same MNID wherever there is a CAIP-10 id', () => {
  fc.assert(
    fc.property(small, address, (id, account) => {
      const mnid = encodeMnid({ network: id, address: account })
      const caip = mnidToCaip10(mnid, { chainId: true })
      if (id === 0n) expect(caip).toBeUndefined()
      else expect(mnidFromCaip10(caip!)).toBe(mnid)
    }),
  )
})
