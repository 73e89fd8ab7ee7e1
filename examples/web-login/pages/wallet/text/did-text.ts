import { displayText } from '@uport-kit/wallet'

/** The ends of an identifier; what is between them is told where it is copied. Strangers write what is none of it. */
export function shortDid(text: string): string {
  const did = displayText(text).text
  const method = /^did:[a-z0-9]+:/.exec(did)?.[0] ?? ''
  const id = did.slice(method.length)
  return `${method}${id.length <= 16 ? id : `${id.slice(0, 6)}…${id.slice(-5)}`}`
}

/** The ends of an address or a hash. */
export function shortHex(text: string): string {
  return text.length <= 18 ? text : `${text.slice(0, 8)}…${text.slice(-6)}`
}

/** The MNID of a `did:uport`, which is also an identity's account; undefined for other methods. */
export function mnidOf(did: string): string | undefined {
  return /^did:uport:([1-9A-HJ-NP-Za-km-z]{20,60})$/.exec(did)?.[1]
}
