import { decodeUtf8, encodeHex } from '@uport-kit/core'
import { Transaction } from 'ethers'
import { readToken } from './read-token.ts'

/** What a person at the device reads before they press a button. */
export interface Screen {
  readonly title: string
  /** Printable ASCII; everything that is signed, uncut. */
  readonly lines: readonly string[]
}

export type SignedKind = 'token' | 'message' | 'transaction'

const MESSAGE_PREFIX = '\u0019Ethereum Signed Message:\n'

/** What the device shows for these bytes, by its own reading; undefined where it could not tell a person what they are. */
export function screenOf(kind: SignedKind, preimage: Uint8Array): Screen | undefined {
  switch (kind) {
    case 'token':
      return tokenScreen(preimage)
    case 'message':
      return messageScreen(preimage)
    case 'transaction':
      return transactionScreen(preimage)
  }
}

function tokenScreen(preimage: Uint8Array): Screen | undefined {
  const token = readToken(preimage)
  if (token !== undefined) {
    const members = [...Object.entries(token.header), ...Object.entries(token.payload)]
    return { title: 'Sign token', lines: members.map(([name, value]) => `${ascii(name)}: ${show(value)}`) }
  }
  const text = decodeUtf8(preimage) ?? ''
  return /^[\x20-\x7e]+$/.test(text) ? { title: 'Sign text that is no token', lines: [text] } : undefined
}

/** EIP-191, version 0x45. The digits of the length may run into a message of digits, so each split is tried. */
function messageScreen(preimage: Uint8Array): Screen | undefined {
  const text = decodeUtf8(preimage)
  if (text?.startsWith(MESSAGE_PREFIX) !== true) return undefined
  for (let digits = 1; digits <= 5; digits++) {
    const start = MESSAGE_PREFIX.length + digits
    const length = text.slice(MESSAGE_PREFIX.length, start)
    if (length !== String(preimage.length - start)) continue
    return { title: 'Sign message', lines: [show(text.slice(start))] }
  }
  return undefined
}

/** Types 0 to 2 (EIP-2718, EIP-2930, EIP-1559): all that such a transaction says is a line. */
function transactionScreen(preimage: Uint8Array): Screen | undefined {
  try {
    const unsigned = Transaction.from(`0x${encodeHex(preimage)}`)
    if ((unsigned.type ?? 3) > 2) return undefined
    const said = Object.entries(unsigned.toJSON()).filter(([, value]) => value !== null)
    return { title: 'Sign transaction', lines: said.map(([name, value]) => `${name}: ${show(value)}`) }
  } catch {
    return undefined
  }
}

function show(value: unknown): string {
  return ascii(JSON.stringify(value) ?? '')
}

/** No letter that looks like another, no sign that turns the direction of the line. */
function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
