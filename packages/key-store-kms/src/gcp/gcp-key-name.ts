const SEGMENT = '[A-Za-z0-9_][A-Za-z0-9_.:-]{0,99}'
const KEY_RING = `projects/${SEGMENT}/locations/${SEGMENT}/keyRings/${SEGMENT}`
const VERSION = '[1-9][0-9]{0,9}'

const KEY_RING_NAME = new RegExp(`^${KEY_RING}$`)
const VERSION_NAME = new RegExp(`^${KEY_RING}/cryptoKeys/${SEGMENT}/cryptoKeyVersions/${VERSION}$`)
const SHORT_NAME = new RegExp(`^(${SEGMENT})/(${VERSION})$`)

export function isGcpKeyRing(name: string): boolean {
  return KEY_RING_NAME.test(name)
}

/**
 * The resource name of a key's version: `projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1`, or `k/1`
 * where the key ring is given. Nothing in it can lead to another path.
 *
 * @returns undefined where Google cannot have a version of this name
 */
export function gcpKeyName(keyId: string, keyRing: string | undefined): string | undefined {
  if (keyId.length > 600) return undefined
  if (VERSION_NAME.test(keyId)) return keyId
  const [, key, version] = SHORT_NAME.exec(keyId) ?? []
  if (keyRing === undefined || key === undefined || version === undefined) return undefined
  return `${keyRing}/cryptoKeys/${key}/cryptoKeyVersions/${version}`
}
