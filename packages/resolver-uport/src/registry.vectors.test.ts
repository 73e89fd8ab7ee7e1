import { readFileSync } from 'node:fs'
import { cidFromDigest, decodeHex, parseMnid } from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import { digestFromWord, parseWord, profileCallData, registrationCallData } from './registry.ts'

interface Lookup {
  readonly id: string
  readonly mnid: string
  readonly decoded: { readonly network: string; readonly address: string } | null
  readonly registryReturns: string
  readonly ethCall: { readonly data: string } | null
  readonly ipfsHash: string | null
}

const { calldata, lookups } = JSON.parse(
  readFileSync(new URL('../../../test/vectors/registry.json', import.meta.url), 'utf8'),
) as {
  calldata: { id: string; fn: string; args: [string, string, string]; data: string }[]
  lookups: Lookup[]
}

const gets = calldata.filter(({ fn }) => fn.startsWith('get('))
const sets = calldata.filter(({ fn }) => fn.startsWith('set('))
const called = lookups.filter(({ decoded, ethCall }) => decoded !== null && ethCall !== null)
const registered = called.filter(({ ipfsHash }) => ipfsHash !== null)
const unregistered = called.filter(({ ipfsHash }) => ipfsHash === null)

describe('the registry', () => {
  it('has vectors of every kind', () => {
    expect([gets.length, sets.length, registered.length, unregistered.length]).toEqual([2, 1, 4, 1])
  })

  it.each(gets)('is read by $id', ({ args, data }) => expect(profileCallData(args[1])).toBe(data))

  it.each(sets)('is written by $id', ({ args, data }) => {
    expect(registrationCallData(args[1], decodeHex(args[2])!)).toBe(data)
  })

  it.each(called)('is asked about the account of $mnid', ({ mnid, decoded, ethCall }) => {
    const { address, network } = parseMnid(mnid)
    expect([address, `0x${network.toString(16)}`]).toEqual([decoded!.address, decoded!.network])
    expect(profileCallData(address)).toBe(ethCall!.data)
  })

  it.each(registered)('answers with the document of $id', ({ registryReturns, ipfsHash }) => {
    expect(cidFromDigest(digestFromWord(parseWord(registryReturns))!)).toBe(ipfsHash)
  })

  it.each(unregistered)('answers with nothing for $id', ({ registryReturns }) => {
    expect(digestFromWord(parseWord(registryReturns))).toBeUndefined()
  })
})

describe('a word', () => {
  it('is read in any case', () => expect(parseWord(`0x${'AB'.repeat(32)}`)).toBe(`0x${'ab'.repeat(32)}`))
  it('may be nothing at all', () => expect(parseWord('0x')).toBe('0x'))

  it.each([
    undefined,
    null,
    5,
    {},
    '',
    '0',
    '0x0',
    `0x${'0'.repeat(63)}`,
    `0x${'0'.repeat(66)}`,
    `0x${'g'.repeat(64)}`,
    'ab'.repeat(32),
  ])('is not %j', (value) => expect(() => parseWord(value)).toThrow())
})
