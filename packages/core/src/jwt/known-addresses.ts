import { equalBytes } from '../bytes/equal.ts'
import type { VerificationKey } from '../identity/did-document.ts'
import { LruMap } from './lru-map.ts'
import { pointToAddress } from './points.ts'

/** Addresses whose points are kept. */
const MAX_ADDRESSES = 1024

/**
 * Points behind addresses, learnt from signatures that a listed address made: an address is the hash of one point for
 * ever, so no rotation or revocation makes an entry wrong. Whether a document lists the address is asked every time.
 */
export class KnownAddresses {
  readonly #points = new LruMap<Uint8Array>(MAX_ADDRESSES)

  /** The point of a key that is listed as an address alone, where it is known. */
  pointOf(key: VerificationKey | undefined): Uint8Array | undefined {
    const address = addressOf(key)
    return address === undefined ? undefined : this.#points.get(address)
  }

  /**
   * The first key that is listed by the address of this point. An entry that lists a point too signs with that point
   * alone: its address may be anybody's.
   *
   * @param point 65 bytes
   */
  find(keys: readonly VerificationKey[], point: Uint8Array): VerificationKey | undefined {
    const listed = keys.filter((key) => addressOf(key) !== undefined)
    if (listed.length === 0) return undefined
    const known = listed.find((key) => {
      const own = this.pointOf(key)
      return own !== undefined && equalBytes(own, point)
    })
    if (known !== undefined) return known
    const address = pointToAddress(point)
    const found = listed.find((key) => addressOf(key) === address)
    if (found !== undefined) this.#points.set(address, point.slice())
    return found
  }
}

function addressOf(key: VerificationKey | undefined): string | undefined {
  return key?.publicKey === undefined ? key?.ethereumAddress?.toLowerCase() : undefined
}
