import { encodeMnid, isMnid, networkToHex, parseMnid } from '@uport-kit/core'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { describeInterop, genuine } from './support/genuine.ts'
import type { Mnid } from './support/genuine-types.ts'

const SEED = 20_181_217
const COUNT = 10_000

describeInterop('mnid 0.1.3', () => {
  let mnid: Mnid
  beforeAll(() => {
    mnid = genuine<Mnid>('mnid')
  })

  it(`agrees on ${COUNT} random accounts, both ways`, () => {
    const network = fc.oneof(fc.bigInt({ min: 1n, max: 0xffn }), fc.bigInt({ min: 1n, max: 0xffff_ffffn }))
    const address = fc.uint8Array({ minLength: 20, maxLength: 20 })
    const accounts = fc.sample(fc.tuple(network, address), { seed: SEED, numRuns: COUNT })
    expect(new Set(accounts.map(([id]) => id)).size).toBeGreaterThan(COUNT / 3)
    for (const [id, bytes] of accounts) {
      const account = { network: networkToHex(id), address: `0x${Buffer.from(bytes).toString('hex')}` }
      const text = mnid.encode(account)
      expect(encodeMnid({ network: id, address: account.address })).toBe(text)
      expect(parseMnid(text)).toEqual({ network: id, address: account.address })
      expect(mnid.decode(text)).toEqual(account)
      expect([isMnid(text), mnid.isMNID(text)]).toEqual([true, true])
    }
  })

  it('takes a wrong checksum for an MNID and an address that is too long for an account; ours does neither', () => {
    const address = `0x${'ab'.repeat(20)}`
    const text = encodeMnid({ network: 1n, address })
    const wrong = `${text.slice(0, -1)}${text.endsWith('2') ? '3' : '2'}`
    expect([mnid.isMNID(wrong), isMnid(wrong)]).toEqual([true, false])
    const shifted = mnid.decode(mnid.encode({ network: '0x1', address: `${address}cd` }))
    expect(shifted.network).toBe('0x1ab')
    expect(() => encodeMnid({ network: 1n, address: `${address}cd` })).toThrow()
  })
})
