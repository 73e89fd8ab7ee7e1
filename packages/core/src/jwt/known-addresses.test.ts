import { expect, it } from 'vitest'
import { testKey } from '../../test-support/tokens.ts'
import type { VerificationKey } from '../identity/did-document.ts'
import { KnownAddresses } from './known-addresses.ts'

const alice = testKey('alice')
const bob = testKey('bob')
const key = (members: Partial<VerificationKey>): VerificationKey => ({
  ...{ id: '#k', type: 't', controller: undefined, authentication: false },
  ...members,
})
const aliceAddress = key({ ethereumAddress: alice.address })

it('knows the point behind an address once a signature by it was found', () => {
  const known = new KnownAddresses()
  expect(known.pointOf(aliceAddress)).toBeUndefined()
  expect(known.find([aliceAddress], alice.uncompressed)).toBe(aliceAddress)
  expect(known.pointOf(aliceAddress)).toEqual(alice.uncompressed)
  expect(known.pointOf(key({ ethereumAddress: bob.address }))).toBeUndefined()
  expect(known.find([aliceAddress], bob.uncompressed)).toBeUndefined()
  expect(known.find([aliceAddress], alice.uncompressed)).toBe(aliceAddress)
})

it('learns nothing from a point whose address is not listed', () => {
  const known = new KnownAddresses()
  expect(known.find([aliceAddress], bob.uncompressed)).toBeUndefined()
  expect(known.find([], bob.uncompressed)).toBeUndefined()
  expect(known.pointOf(key({ ethereumAddress: bob.address }))).toBeUndefined()
})

it('finds the listed key, the first of several, in whatever case its address is written', () => {
  const known = new KnownAddresses()
  const upper = key({ ethereumAddress: `0x${alice.address.slice(2).toUpperCase()}` })
  const keys = [key({ ethereumAddress: bob.address }), upper, aliceAddress]
  for (let time = 0; time < 2; time++) expect(known.find(keys, alice.uncompressed)).toBe(upper)
  expect(known.pointOf(upper)).toEqual(alice.uncompressed)
})

it('gives a key that lists a point of its own nobody else’s', () => {
  const known = new KnownAddresses()
  known.find([aliceAddress], alice.uncompressed)
  const borrowed = key({ ethereumAddress: alice.address, publicKey: bob.publicKey })
  expect(known.pointOf(borrowed)).toBeUndefined()
  expect(known.find([borrowed], alice.uncompressed)).toBeUndefined()
  expect(known.find([borrowed, aliceAddress], alice.uncompressed)).toBe(aliceAddress)
})

it('passes over what has no address, and no key at all', () => {
  const known = new KnownAddresses()
  expect([known.pointOf(undefined), known.pointOf(key({}))]).toEqual([undefined, undefined])
  expect(known.find([key({}), aliceAddress], alice.uncompressed)).toBe(aliceAddress)
})

it('keeps a point of its own, whatever becomes of the caller’s', () => {
  const known = new KnownAddresses()
  const point = alice.uncompressed.slice()
  known.find([aliceAddress], point)
  point.fill(0)
  expect(known.pointOf(aliceAddress)).toEqual(alice.uncompressed)
})
