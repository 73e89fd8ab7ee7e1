import { FunctionFragment, Interface } from 'ethers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cpuTime } from '../../../../test/support/cpu-time.ts'
import { formatFunctionText, parseFunctionText } from './function-text.ts'

const TO = '0x00521965e7bd230323c423d96c657db5b79d099f'

function encode(signature: string, args: readonly unknown[]): string {
  return new Interface([`function ${signature}`]).encodeFunctionData(
    signature.slice(0, signature.indexOf('(')),
    args,
  )
}

describe('a call in words', () => {
  it.each<[string, string, readonly unknown[]]>([
    ['ping()', 'ping()', []],
    [`transfer(address ${TO}, uint256 5)`, 'transfer(address,uint256)', [TO, 5]],
    [`transfer(address ${TO},uint256 0x5)`, 'transfer(address,uint256)', [TO, 5]],
    ['updateStatus(string "hello")', 'updateStatus(string)', ['hello']],
    ['updateStatus(string "a, b (c)")', 'updateStatus(string)', ['a, b (c)']],
    ['set(bool true, int8 -5, bytes 0x00ff)', 'set(bool,int8,bytes)', [true, -5, '0x00ff']],
    ['set(bool false)', 'set(bool)', [false]],
  ])('%s encodes as its ABI does', (text, signature, args) => {
    expect(parseFunctionText(text)?.data).toBe(encode(signature, args))
    expect(parseFunctionText(text)?.signature).toBe(signature)
  })

  it.each([
    '',
    'ping',
    'ping(',
    'ping)',
    '(uint256 5)',
    'a b(uint256 5)',
    'f(uint256)',
    'f(uint256 )',
    'f(uint256 5,)',
    'f(,uint256 5)',
    'f(uint 5)',
    'f(uint256 "5")',
    'f(uint256 5 6)',
    'f(uint8 256)',
    'f(uint8 -1)',
    'f(uint256 05)',
    'f(uint256 1e3)',
    'f(bool 1)',
    'f(bool True)',
    'f(string hello)',
    'f(string "hello)',
    'f(string "a" "b")',
    'f(string "a"b")',
    'f(string "a", uint256 "9")',
    'f(bytes32 0xab)',
    'f(bytes 0xabc)',
    'f(address 0x00)',
    'f(address 0xcd2a3d9F938E13CD947Ec05AbC7FE734Df8DD826)',
    'f(uint256[] 1,2)',
    'f(uint256 5))',
    'f((uint256 5)',
    'f(uint256 5)g(uint256 6)',
  ])('%s is none', (text) => {
    expect(parseFunctionText(text)).toBeUndefined()
  })

  it('is bounded', () => {
    expect(parseFunctionText(`f(${'uint8 1,'.repeat(31)}uint8 1)`)?.arguments).toHaveLength(32)
    expect(parseFunctionText(`f(${'uint8 1,'.repeat(32)}uint8 1)`)).toBeUndefined()
    expect(parseFunctionText(`f(string "${'a'.repeat(20_000)}")`)).toBeUndefined()
  })

  it('is read in linear time', () => {
    for (const piece of ['"', ',', ' ', '(', 'a', 'uint256 5,', '""']) {
      const text = `f(${piece.repeat(16_000 / piece.length)})`
      expect(cpuTime(() => parseFunctionText(text))).toBeLessThan(500)
    }
  })

  it('never throws, and what it reads encodes to whole words', () => {
    const bits = fc.constantFrom(
      'f',
      '(',
      ')',
      '"',
      ',',
      ' ',
      'string ',
      'uint256 ',
      'bool ',
      'true',
      '5',
      '\\',
      '\ud800',
    )
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 30 }), (parts) => {
        const call = parseFunctionText(parts.join(''))
        if (call !== undefined) expect((call.data.length - 10) % 64).toBe(0)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('writing a call in words', () => {
  const fragment = FunctionFragment.from('function set(string text, uint256 n, bool ok)')

  it('gives what is read back as the same call, or nothing', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', ',', 'a', '\\', '(', '\n') }))
    let written = 0
    fc.assert(
      fc.property(text, fc.bigInt(0n, 2n ** 256n - 1n), fc.boolean(), (string, n, ok) => {
        const words = formatFunctionText(fragment, [string, n, ok])
        if (words === undefined) expect(string).toMatch(/["(),\\\p{C}]/u)
        if (words === undefined) return
        written++
        expect(parseFunctionText(words)?.data).toBe(encode('set(string,uint256,bool)', [string, n, ok]))
      }),
      { numRuns: 300 },
    )
    expect(written).toBeGreaterThan(20)
  })

  it('leaves out what an old wallet would split', () => {
    expect(formatFunctionText(fragment, ['a, uint256 9', 1n, true])).toBeUndefined()
    expect(formatFunctionText(fragment, ['a", uint256 "9', 1n, true])).toBeUndefined()
    const list = FunctionFragment.from('function set(uint256[] list)')
    expect(formatFunctionText(list, [[1, 2]])).toBeUndefined()
    expect(
      formatFunctionText(FunctionFragment.from('function set(bytes b)'), [Uint8Array.of(1)]),
    ).toBeUndefined()
  })
})
