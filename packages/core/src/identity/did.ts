import { UportError } from '../errors/uport-error.ts'
import type { Did } from '../ports/did.ts'
import { isMnid, type Mnid, parseMnid } from './mnid.ts'

/** A DID, or a DID URL taken apart (W3C DID Core, sections 3.1 and 3.2). */
export interface ParsedDid {
  /** The DID itself, without path, query and fragment. */
  readonly did: Did
  readonly method: string
  /** The method-specific id. */
  readonly id: string
  /** With its leading slash. */
  readonly path?: string | undefined
  /** Without the question mark; empty where there is nothing behind it. */
  readonly query?: string | undefined
  /** Without the number sign; empty where there is nothing behind it. */
  readonly fragment?: string | undefined
}

/** Longer ones are refused unread. The longest in use (`did:peer`, `did:jwk`) stay far below. */
const MAX_LENGTH = 4096

// The alternatives of every repetition begin with different characters, so matching never backtracks.
const ID = '(?:[A-Za-z0-9._:-]|%[0-9A-Fa-f]{2})+'
const PCHAR = "[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2}"
const DID_URL = new RegExp(
  `^did:([a-z0-9]+):(${ID})(/(?:${PCHAR})*)?(?:\\?((?:${PCHAR}|\\?)*))?(?:#((?:${PCHAR}|\\?)*))?$`,
)

/** Methods whose ids are hex, and so mean the same in any case. */
const HEX_METHODS: ReadonlySet<string> = new Set(['ethr', 'pkh'])
const HEX_PART = /^0x[0-9a-fA-F]+$/

/**
 * Takes a DID or DID URL of any method apart, in linear time.
 *
 * @throws UportError `DID_INVALID`: the syntax of W3C DID Core is broken; a bare MNID is no DID, see `foldDid`
 */
export function parseDid(text: unknown): ParsedDid {
  const match = typeof text === 'string' && text.length <= MAX_LENGTH ? DID_URL.exec(text) : null
  const [, method, id, path, query, fragment] = match ?? []
  // The id may hold empty parts, but its last one may not be empty.
  if (method === undefined || id === undefined || id.endsWith(':')) throw didError()
  return Object.freeze({
    did: `did:${method}:${id}` as const,
    method,
    id,
    ...(path !== undefined && { path }),
    ...(query !== undefined && { query }),
    ...(fragment !== undefined && { fragment }),
  })
}

/** Whether a value is a DID by itself: no bare MNID, and no path, query or fragment behind it. Never throws. */
export function isDid(text: unknown): text is Did {
  try {
    return parseDid(text).did === text
  } catch {
    return false
  }
}

/**
 * The one form in which DIDs are compared: a bare MNID becomes `did:uport:<MNID>`, the hex in ids of did:ethr and did:pkh
 * becomes lower case, everything else stays. Documents and tokens keep what was written; fold for comparison only.
 *
 * @throws UportError `DID_INVALID`: neither a DID nor an MNID with a right checksum; a DID URL is refused too, since its
 * path, query or fragment names something else than the DID
 */
export function foldDid(text: string): Did {
  if (typeof text !== 'string' || !text.startsWith('did:')) {
    if (isMnid(text)) return `did:uport:${text}`
    throw didError()
  }
  const { did, method, id } = parseDid(text)
  if (did !== text) throw didError()
  if (!HEX_METHODS.has(method) || id === id.toLowerCase()) return did
  const parts = id.split(':').map((part) => (HEX_PART.test(part) ? part.toLowerCase() : part))
  return `did:${method}:${parts.join(':')}`
}

/** Whether two texts name the same DID once folded. Never throws: what is no DID equals nothing, itself included. */
export function sameDid(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false
  try {
    return foldDid(a) === foldDid(b)
  } catch {
    return false
  }
}

/**
 * The DID of an MNID.
 *
 * @throws UportError `MNID_INVALID`
 */
export function didFromMnid(mnid: string): Did<'uport'> {
  parseMnid(mnid)
  return `did:uport:${mnid}`
}

/**
 * The account and network that a did:uport DID, or a bare MNID, names.
 *
 * @throws UportError `DID_INVALID`: a DID URL or another method; `MNID_INVALID`: the id is no MNID
 */
export function mnidFromDid(did: string): Mnid {
  if (typeof did === 'string' && !did.startsWith('did:')) return parseMnid(did)
  const parsed = parseDid(did)
  if (parsed.method !== 'uport' || parsed.did !== did) throw didError()
  return parseMnid(parsed.id)
}

function didError(): UportError<'DID_INVALID'> {
  return new UportError('DID_INVALID', 'This is not a DID. Give did:<method>:<id> or a bare MNID.')
}
