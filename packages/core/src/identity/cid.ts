import { decodeBase58, encodeBase58 } from '../bytes/base58.ts'
import { concatBytes } from '../bytes/concat.ts'
import { UportError } from '../errors/uport-error.ts'

/** Multihash prefix: sha2-256, 32 bytes. */
const PREFIX = Uint8Array.of(0x12, 0x20)
const DIGEST_BYTES = 32
const CID_V0 = /^Qm[1-9A-HJ-NP-Za-km-z]{44}$/

/**
 * The CIDv0 of a sha2-256 digest: base58 of the multihash `12 20` and the digest. The registry stores the digest alone.
 *
 * @param digest 32 bytes
 */
export function cidFromDigest(digest: Uint8Array): string {
  if (digest.length !== DIGEST_BYTES) throw new TypeError('A sha2-256 digest has 32 bytes.')
  return encodeBase58(concatBytes(PREFIX, digest))
}

/**
 * The sha2-256 digest inside a CIDv0.
 *
 * @returns 32 bytes
 * @throws UportError `CID_INVALID`
 */
export function digestFromCid(cid: string): Uint8Array {
  const digest = readDigest(cid)
  if (digest !== undefined) return digest
  throw new UportError('CID_INVALID', 'This is not a CIDv0. Give the 46 characters that begin with Qm.', {
    data: { reason: 'not a CIDv0' },
  })
}

/** Whether a value is a CIDv0. Never throws. */
export function isCid(cid: unknown): cid is string {
  return readDigest(cid) !== undefined
}

function readDigest(cid: unknown): Uint8Array | undefined {
  if (typeof cid !== 'string' || !CID_V0.test(cid)) return undefined
  const bytes = decodeBase58(cid, PREFIX.length + DIGEST_BYTES)
  if (bytes?.length !== PREFIX.length + DIGEST_BYTES) return undefined
  return bytes[0] === PREFIX[0] && bytes[1] === PREFIX[1] ? bytes.slice(PREFIX.length) : undefined
}
