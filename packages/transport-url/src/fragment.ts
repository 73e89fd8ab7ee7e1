import { type JsonObject, parseReplyFragment, REPLY_PARAM_NAMES, type ReplyBody } from '@uport-kit/core'

/** Names in a fragment that are a reply's. */
const OWN: ReadonlySet<string> = new Set(['id', 'data', ...REPLY_PARAM_NAMES])

/** A reply in the fragment of an address: to which request, and as a channel passes it on. */
export interface FragmentReply {
  readonly id: string
  readonly body: ReplyBody
}

/** Reads a reply from an address. A sealed one travels as the JSON text of its envelope in `encrypted`. */
export function readFragmentReply(href: string): FragmentReply | undefined {
  const reply = parseReplyFragment(href)
  if (reply === undefined) return undefined
  const { encrypted, ...params } = reply.params
  if (encrypted === undefined) return { id: reply.id, body: params }
  const envelope = parseObject(encrypted)
  return envelope === undefined ? undefined : { id: reply.id, body: { encrypted: envelope } }
}

/** The address without a reply's own names; every other byte stays as it was. */
export function withoutReply(href: string): string {
  return takeFromFragment(href, (name) => OWN.has(name)).rest
}

/** Takes the pairs of some names out of a fragment; what is left keeps its bytes and its order. */
export function takeFromFragment(
  href: string,
  isTaken: (name: string) => boolean,
): { readonly rest: string; readonly taken: URLSearchParams } {
  const hash = href.indexOf('#')
  const pairs = hash < 0 ? [] : href.slice(hash + 1).split('&')
  const taken: string[] = []
  const kept: string[] = []
  for (const pair of pairs) (isTaken(nameOf(pair)) ? taken : kept).push(pair)
  if (taken.length === 0) return { rest: href, taken: new URLSearchParams() }
  const others = kept.join('&')
  const head = href.slice(0, hash)
  return { rest: others === '' ? head : `${head}#${others}`, taken: new URLSearchParams(taken.join('&')) }
}

function nameOf(pair: string): string {
  return [...new URLSearchParams(pair).keys()][0] ?? ''
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined
  } catch {
    return undefined
  }
}
