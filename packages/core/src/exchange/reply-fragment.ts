import type { ReplyParams } from '../ports/reply-channel.ts'

/** A reply that came back in the fragment of a page's address. Anybody may have written it. */
export interface ReplyFragment {
  /** The request it is said to answer. */
  readonly id: string
  /** What the application sent along. */
  readonly data?: string | undefined
  /** `access_token`, `verification`, `typedDataSig`, `personalSig`, `tx`, `status`, `error`, or `encrypted` (the JSON text of a box envelope). */
  readonly params: ReplyParams
}

const MAX_LENGTH = 131_072
/** Names of what a reply carries in a fragment, beside `id` and `data`. */
export const REPLY_PARAM_NAMES = [
  'access_token',
  'verification',
  'typedDataSig',
  'personalSig',
  'tx',
  'status',
  'error',
  'encrypted',
] as const

/**
 * Reads a reply from an address or its fragment (form-urlencoded). Names that carry no answer are left out.
 *
 * @returns `undefined` where there is no reply, or one that does not say to which request
 */
export function parseReplyFragment(text: string): ReplyFragment | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const hash = text.indexOf('#')
  const fields = new URLSearchParams(hash < 0 ? '' : text.slice(hash + 1))
  const id = fields.get('id')
  const params = Object.fromEntries(
    REPLY_PARAM_NAMES.flatMap((name) => {
      const value = fields.get(name)
      return value === null ? [] : [[name, value] as const]
    }),
  )
  if (id === null || id === '' || Object.keys(params).length === 0) return undefined
  return { id, data: fields.get('data') ?? undefined, params }
}

/** Appends fields to the fragment of an address, percent-encoded, in the given order; undefined ones are left out. */
export function appendToFragment(url: string, fields: Readonly<Record<string, string | undefined>>): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
  )
  if (pairs.length === 0) return url
  return `${url}${url.includes('#') ? '&' : '#'}${pairs.join('&')}`
}
