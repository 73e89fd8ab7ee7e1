import type { ReplyMode } from '../ports/transport.ts'

/**
 * The query parameters of a request URI. Nobody signed them: whoever passed the URI on may have changed each of them.
 * Texts are as they came, decoded.
 */
export interface UnsignedParameters {
  /** Wei of an unsigned transaction. */
  readonly value?: string | undefined
  /** Text call of an unsigned transaction, such as `transfer(address 0x.., uint256 5)`. */
  readonly function?: string | undefined
  readonly bytecode?: string | undefined
  readonly label?: string | undefined
  readonly callbackUrl?: string | undefined
  readonly redirectUrl?: string | undefined
  readonly clientId?: string | undefined
  readonly networkId?: string | undefined
  readonly gas?: string | undefined
  readonly gasPrice?: string | undefined
  /** `callback_type`, where it says something known. */
  readonly replyMode?: ReplyMode | undefined
}

/** Names on the wire, in the order in which the original wrote them. Others are passed over. */
const NAMES = [
  ['value', 'value'],
  ['function', 'function'],
  ['bytecode', 'bytecode'],
  ['label', 'label'],
  ['callback_url', 'callbackUrl'],
  ['redirect_url', 'redirectUrl'],
  ['client_id', 'clientId'],
  ['network_id', 'networkId'],
  ['gas', 'gas'],
  ['gasPrice', 'gasPrice'],
  ['callback_type', 'replyMode'],
] as const satisfies readonly (readonly [string, keyof UnsignedParameters])[]

/** Longest value that is read; `bytecode` and `function` may take the whole text. */
const MAX_LENGTH = 2048
const LONG: ReadonlySet<string> = new Set(['bytecode', 'function'])

/** Reads the known parameters of a query; the first of a name counts, and what is empty or overlong is left out. */
export function parseRequestParameters(query: URLSearchParams): UnsignedParameters {
  const found: Partial<Record<keyof UnsignedParameters, string>> = {}
  for (const [wire, name] of NAMES) {
    const value = query.get(wire)
    if (value === null || value === '' || (value.length > MAX_LENGTH && !LONG.has(wire))) continue
    found[name] = value
  }
  const { replyMode, ...texts } = found
  return replyMode === 'post' || replyMode === 'redirect' ? { ...texts, replyMode } : texts
}

/** Appends parameters to a URI, percent-encoded, before its fragment. Those that are undefined or empty are left out. */
export function appendRequestParameters(uri: string, parameters: UnsignedParameters): string {
  const pairs = NAMES.flatMap(([wire, name]) => {
    const value = parameters[name]
    return value === undefined || value === '' ? [] : [`${wire}=${encodeURIComponent(value)}`]
  })
  if (pairs.length === 0) return uri
  const hash = uri.indexOf('#')
  const before = hash < 0 ? uri : uri.slice(0, hash)
  const fragment = hash < 0 ? '' : uri.slice(hash)
  return `${before}${before.includes('?') ? '&' : '?'}${pairs.join('&')}${fragment}`
}
