import { describe, expect, it } from 'vitest'
import { encodeMnid, isMnid, mnidFromCaip10, mnidToCaip10, parseMnid } from './mnid.ts'
import { fromCaip2, networkToHex, parseNetworkId, toCaip2 } from './network-id.ts'

const MAINNET = '2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX'
const PRIVATE = '5A8bRWU3F7j3REx3vkJWxdjQPp4tqmxFPmab1Tr'
const ADDRESS = '0x00521965e7bd230323c423d96c657db5b79d099f'

const problem = (reason: string) => expect.objectContaining({ code: 'MNID_INVALID', data: { reason } })

describe('parseMnid', () => {
  it('gives a frozen account', () => {
    const mnid = parseMnid(MAINNET)
    expect(mnid).toEqual({ network: 1n, address: ADDRESS })
    expect(Object.isFrozen(mnid)).toBe(true)
  })

  it.each([undefined, null, 42, {}, [MAINNET], Object(MAINNET)])(
    'refuses %s, which is no text',
    (hostile) => {
      expect(isMnid(hostile)).toBe(false)
      expect(() => parseMnid(hostile)).toThrow(problem('not-base58'))
    },
  )

  it('refuses long texts unread', () => {
    expect(() => parseMnid(MAINNET.repeat(100_000))).toThrow(problem('too-long'))
    expect(() => parseMnid('z'.repeat(78))).toThrow(problem('too-long'))
  })

  it('knows networks as wide as a chain id can be, and no wider', () => {
    const network = 2n ** 256n - 1n
    expect(parseMnid(encodeMnid({ network, address: ADDRESS })).network).toBe(network)
    expect(() => encodeMnid({ network: network + 1n, address: ADDRESS })).toThrow(problem('network'))
    expect(() => encodeMnid({ network: -1n, address: ADDRESS })).toThrow(problem('network'))
    expect(() => encodeMnid({ network: `0x1${'0'.repeat(64)}`, address: ADDRESS })).toThrow(
      problem('network'),
    )
  })
})

describe('encodeMnid', () => {
  it.each([
    ['0x1', 1n],
    ['0x0001', 1n],
    ['0x000', 0n],
    ['0x16B2', 0x16b2n],
    ['0x016b2', 0x16b2n],
    ['0x10000', 0x10000n],
    [`0x${'f'.repeat(63)}`, 2n ** 252n - 1n],
  ])('takes the network %s for the number that it is', (network, number) => {
    const mnid = encodeMnid({ network, address: ADDRESS })
    expect(mnid).toBe(encodeMnid({ network: number, address: ADDRESS }))
    expect(parseMnid(mnid)).toEqual({ network: number, address: ADDRESS })
  })

  it.each([
    ADDRESS.slice(2),
    `0X${ADDRESS.slice(2)}`,
    ADDRESS.slice(0, -1),
    `${ADDRESS}0`,
    ADDRESS.replace('9', 'g'),
    ADDRESS.replace('9', '\u0149'),
    ` ${ADDRESS.slice(0, -1)}`,
    '',
  ])('refuses the address %j', (address) => {
    expect(() => encodeMnid({ network: 1n, address })).toThrow(problem('address'))
  })
})

describe('network ids', () => {
  it('are compared as numbers and written without leading zeros', () => {
    expect(networkToHex(parseNetworkId('0x01'))).toBe('0x1')
    expect(networkToHex(0n)).toBe('0x0')
    expect(() => networkToHex(-1n)).toThrow(TypeError)
  })

  it.each(['1', '0x', '0xg', ' 0x1', '0x1 ', '', 1, undefined, '0X1'])('refuse %j', (hostile) => {
    expect(() => parseNetworkId(hostile)).toThrow(problem('network'))
  })

  it.each([
    [1n, 'eip155:1'],
    [0xaa36a7n, 'eip155:11155111'],
    [0x00ffffffn, 'eip155:16777215'],
    [0x01000000n, undefined],
    [0x94365e3an, undefined],
    [0xffffffffn, undefined],
    [0x100000000n, 'eip155:4294967296'],
    [2n ** 53n - 1n, 'eip155:9007199254740991'],
    [2n ** 53n, undefined],
    [0n, undefined],
  ])('%s has the CAIP-2 id %s', (network, id) => {
    expect(toCaip2(network)).toBe(id)
    if (id !== undefined) expect(fromCaip2(id)).toBe(network)
  })

  it('of four bytes are chain ids where the caller says so', () => {
    expect(toCaip2(1313161554n)).toBeUndefined()
    expect(toCaip2(1313161554n, { chainId: true })).toBe('eip155:1313161554')
    expect(fromCaip2('eip155:1313161554')).toBe(1313161554n)
  })

  it.each([
    'eip155:0',
    'eip155:01',
    'eip155:',
    'eip155:0x1',
    'eip155:9007199254740992',
    'solana:1',
    'EIP155:1',
    1,
    undefined,
  ])('do not come from %j', (hostile) => {
    expect(() => fromCaip2(hostile)).toThrow(problem('network'))
  })
})

describe('CAIP-10', () => {
  it('names the account of an MNID and back', () => {
    expect(mnidToCaip10(MAINNET)).toBe(`eip155:1:${ADDRESS}`)
    expect(mnidFromCaip10(`eip155:1:${ADDRESS.toUpperCase().replace('0X', '0x')}`)).toBe(MAINNET)
  })

  it('does not guess the chain of a private network', () => {
    expect(mnidToCaip10(PRIVATE)).toBeUndefined()
    expect(mnidToCaip10(PRIVATE, { chainId: true })).toBe(`eip155:2486591034:${ADDRESS}`)
  })

  it.each([
    [ADDRESS, 'network'],
    [`eip155:1:${ADDRESS}00`, 'address'],
    [`eip155:1:${ADDRESS.slice(2)}`, 'address'],
    [`cosmos:1:${ADDRESS}`, 'network'],
    ['', 'network'],
  ])('refuses %s', (hostile, reason) => {
    expect(() => mnidFromCaip10(hostile)).toThrow(problem(reason))
  })

  it('refuses an MNID that is none', () => {
    expect(() => mnidToCaip10('hello')).toThrow(problem('not-base58'))
  })
})
