import { AbiCoder, FunctionFragment, type ParamType } from 'ethers'
import { isAtomicType } from './typed-data-types.ts'

/** A function call as text says it. */
export interface FunctionCall {
  /** `transfer` */
  readonly name: string
  /** `transfer(address,uint256)` */
  readonly signature: string
  readonly arguments: readonly { readonly type: string; readonly value: string }[]
  /** The call data: selector and encoded arguments, `0x` and lower-case hex. */
  readonly data: string
}

/** Characters of a call in text. */
const MAX_LENGTH = 16_384
const MAX_ARGUMENTS = 32

const NAME = /^[A-Za-z_$][A-Za-z0-9_$]{0,127}$/
const DECIMAL = /^-?(?:0|[1-9][0-9]{0,77})$/
const HEX_NUMBER = /^0x[0-9a-fA-F]{1,64}$/
const HEX_BYTES = /^0x(?:[0-9a-fA-F]{2})*$/

/**
 * Reads a call in text, `name(type value, type value)`: texts in double quotes, numbers in decimal or `0x` hex, bytes in
 * `0x` hex. A quoted text ends at the next quote and may hold commas; there is no way to write a quote inside it, nor a
 * list or a tuple.
 *
 * @returns undefined where the text breaks that grammar, so where it could be read in two ways; linear time
 */
export function parseFunctionText(text: string): FunctionCall | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const open = text.indexOf('(')
  const name = text.slice(0, Math.max(open, 0)).trim()
  if (!NAME.test(name) || !text.trimEnd().endsWith(')')) return undefined
  const parts = splitArguments(text.slice(open + 1, text.trimEnd().length - 1))
  if (parts === undefined || parts.length > MAX_ARGUMENTS) return undefined
  const parsed = parts.map(parseArgument)
  const args = parsed.filter((one) => one !== undefined)
  if (args.length < parsed.length) return undefined
  return encodeCall(name, args)
}

/**
 * Writes a call as text.
 *
 * @returns undefined where the text could not be read back as the same call: lists, tuples, texts with a quote; also texts
 * with a comma or parenthesis, because old wallets split there even inside quotes, and encode what they read
 */
export function formatFunctionText(fragment: FunctionFragment, args: readonly unknown[]): string | undefined {
  const parts = fragment.inputs.map((input, index) => formatArgument(input, args[index]))
  if (parts.includes(undefined)) return undefined
  const text = `${fragment.name}(${parts.join(', ')})`
  return parseFunctionText(text) === undefined ? undefined : text
}

function formatArgument({ type }: ParamType, value: unknown): string | undefined {
  if (!isAtomicType(type)) return undefined
  if (type === 'string') {
    return typeof value === 'string' && /^[^"(),\\\p{Cc}]*$/u.test(value) ? `${type} "${value}"` : undefined
  }
  return typeof value === 'string' ||
    typeof value === 'bigint' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
    ? `${type} ${value}`
    : undefined
}

/** Splits at commas outside quotes. */
function splitArguments(text: string): readonly string[] | undefined {
  if (text.trim() === '') return []
  const parts: string[] = []
  let start = 0
  for (let at = 0; at <= text.length; at++) {
    if (text[at] === '"') {
      at = text.indexOf('"', at + 1)
      if (at < 0) return undefined
    } else if (at === text.length || text[at] === ',') {
      parts.push(text.slice(start, at).trim())
      start = at + 1
    }
  }
  return parts
}

interface Argument {
  readonly type: string
  readonly value: string
}

function parseArgument(text: string): Argument | undefined {
  const space = text.indexOf(' ')
  const type = text.slice(0, Math.max(space, 0))
  const written = text.slice(space + 1).trim()
  if (!isAtomicType(type)) return undefined
  if (type !== 'string') return isWord(type, written) ? { type, value: written } : undefined
  const quoted = written.length >= 2 && written.startsWith('"') && written.endsWith('"')
  const value = written.slice(1, -1)
  return quoted && !value.includes('"') ? { type, value } : undefined
}

function isWord(type: string, text: string): boolean {
  if (type === 'bool') return text === 'true' || text === 'false'
  if (type === 'address') return /^0x[0-9a-fA-F]{40}$/.test(text)
  if (type.startsWith('bytes')) return HEX_BYTES.test(text)
  return DECIMAL.test(text) || HEX_NUMBER.test(text)
}

function encodeCall(name: string, args: readonly Argument[]): FunctionCall | undefined {
  const types = args.map(({ type }) => type)
  const signature = `${name}(${types.join(',')})`
  const values = args.map(({ type, value }) => (type === 'bool' ? value === 'true' : value))
  try {
    const { selector } = FunctionFragment.from(`function ${signature}`)
    const data = selector + AbiCoder.defaultAbiCoder().encode(types, values).slice(2)
    return Object.freeze({
      name,
      signature,
      arguments: Object.freeze(args.map((one) => Object.freeze(one))),
      data,
    })
  } catch {
    // A value out of its type's range, a wrong checksum, half a surrogate pair.
    return undefined
  }
}
