import type { AbiEntry } from './abi-entry.ts'

/** What wallets split a call's text at, and what nobody sees on a screen. */
const MISREAD = /["',()\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

/** Values that read one way only, by type. Lists, tuples and other types have no text. */
const PATTERNS: readonly (readonly [type: RegExp, value: RegExp])[] = [
  [/^bool$/, /^(?:true|false)$/],
  [/^address$/, /^0x[0-9a-fA-F]{40}$/],
  [/^u?int\d*$/, /^(?:-?(?:0|[1-9][0-9]{0,77})|0x[0-9a-fA-F]{1,64})$/],
  [/^bytes\d*$/, /^0x(?:[0-9a-fA-F]{2})*$/],
]

/**
 * A call as the text that old wallets show and encode: `transfer(address 0x.., uint256 5)`.
 *
 * @returns undefined where an argument could be read as another one: text with quotes, commas or brackets, lists, tuples
 */
export function describeCall({ name, inputs = [] }: AbiEntry, args: readonly unknown[]): string | undefined {
  const parts: string[] = []
  for (const [index, { type }] of inputs.entries()) {
    const part = describeArgument(type, args[index])
    if (part === undefined) return undefined
    parts.push(part)
  }
  return `${name}(${parts.join(', ')})`
}

function describeArgument(type: string, value: unknown): string | undefined {
  if (type === 'string') {
    return typeof value === 'string' && !MISREAD.test(value) ? `string "${value}"` : undefined
  }
  const text = typeof value === 'object' ? '' : String(value)
  const pattern = PATTERNS.find(([known]) => known.test(type))?.[1]
  return pattern?.test(text) === true ? `${type} ${text}` : undefined
}
