import type { JsonObject } from '../ports/json.ts'
import { isCid } from './cid.ts'
import { isJsonObject } from './is-json-object.ts'

/** The CID of a link `/ipfs/<CIDv0>`, or `undefined` where the value is anything else. */
export function parseIpfsLink(link: unknown): string | undefined {
  if (typeof link !== 'string' || !link.startsWith('/ipfs/')) return undefined
  const cid = link.slice('/ipfs/'.length)
  return isCid(cid) ? cid : undefined
}

/**
 * The CID of the image in a profile: an `ImageObject` with `contentUrl`, or the link itself.
 *
 * @returns `undefined` for every image that is no IPFS link: showing an http or data image would contact, or be drawn by,
 * whoever wrote the profile
 */
export function readProfileImage(profile: JsonObject): string | undefined {
  const image = profile['image']
  return parseIpfsLink(isJsonObject(image) ? image['contentUrl'] : image)
}
