import type { AbiEntry } from './contract.ts'

/** What wallets split a call's text at, and what nobody sees on a screen. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among what is refused
const MISREAD = /["',()\\\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/

/**
 * A call as the text that old wallets show and encode: `transfer(address 0x.., uint256 5)`.
 *
 * @returns undefined where an argument could be read as another one: text with quotes, commas or brackets, lists, tuples
 */
export function describeCall({ name, inputs = [] }: AbiEntry, args: readonly unknown[]): string | undefined {
  const parts: string[] = []
  for (const [index, { type }] of inputs.entries()) {
    const value = args[index]
    const text = typeof value === 'object' ? '(' : String(value)
    if (MISREAD.test(text)) return undefined
    if (type !== 'string' && (text === '' || /\s/.test(text))) return undefined
    parts.push(type === 'string' ? `string "${text}"` : `${type} ${text}`)
  }
  return `${name}(${parts.join(', ')})`
}
