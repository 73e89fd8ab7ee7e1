import { AbiCoder } from 'ethers'
import type { NodeError } from './chain-reader.ts'
import { isRecord } from './json-rpc.ts'

const ERROR = '0x08c379a0'
const PANIC = '0x4e487b71'
const MAX_LENGTH = 200
const MAX_HEX = 4096

/**
 * What a contract said when it reverted: the text of `Error(string)`, the number of `Panic(uint256)`, or the selector of
 * an error of its own. One line, at most 200 characters.
 *
 * @returns undefined where the node's error is about something else, or the contract said nothing
 */
export function revertReason({ data }: NodeError): string | undefined {
  const hex = findHex(data, 3)
  if (hex === undefined || hex.length < 10 || hex.length > MAX_HEX) return undefined
  const selector = hex.slice(0, 10).toLowerCase()
  const body = `0x${hex.slice(10)}`
  if (selector === ERROR) return oneLine(decode('string', body))
  if (selector === PANIC) return `panic ${decode('uint256', body)}`
  return `custom error ${selector}`
}

/** Old contracts do not revert, they run into an invalid instruction; nodes call that, and a lack of gas, by many names. */
const FAILURE = /revert|invalid ?(?:fe)?opcode|invalid ?jump|out ?of ?gas|gas required exceeds/i

/** Whether the node says that the transaction would run and fail, as opposed to being no transaction at all. */
export function isRevert({ code, message, data }: NodeError): boolean {
  return code === 3 || findHex(data, 3) !== undefined || FAILURE.test(message.slice(0, 300))
}

/** Nodes wrap the data differently. */
function findHex(data: unknown, depth: number): string | undefined {
  if (typeof data === 'string') return /^0x[0-9a-fA-F]*$/.test(data) ? data : undefined
  if (!isRecord(data) || depth === 0) return undefined
  return findHex(data['data'], depth - 1) ?? findHex(data['originalError'], depth - 1)
}

function decode(type: string, body: string): string {
  try {
    return String(AbiCoder.defaultAbiCoder().decode([type], body)[0])
  } catch {
    return 'unreadable'
  }
}

/** A contract chooses the text: no line breaks, no control or direction marks. */
function oneLine(text: string): string {
  return text.replace(/[\p{C}\p{Z}]+/gu, ' ').slice(0, MAX_LENGTH)
}
