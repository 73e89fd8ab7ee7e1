import {
  type ContentPublisher,
  type IdentityDocument,
  type Options,
  parseIdentityDocument,
  serializeIdentityDocument,
  UportError,
} from '@uport-kit/core'
import { cidOfBytes } from '../unixfs/cid-of-bytes.ts'

/**
 * Stores an identity document where everybody can read it. Everything in it becomes public, for good: what IPFS has once
 * spread cannot be called back.
 *
 * @returns the CIDv0 to register
 * @throws UportError `IDENTITY_DOCUMENT_INVALID`: it would be unreadable; `CONTENT_MISMATCH`: the publisher stored something
 * else; the publisher's own codes
 */
export async function publishIdentityDocument(
  document: IdentityDocument,
  publisher: ContentPublisher,
  options: Options = {},
): Promise<string> {
  const bytes = serializeIdentityDocument(parseIdentityDocument(document))
  const cid = cidOfBytes(bytes)
  const stored = await publisher.add(bytes, options)
  if (stored === cid) return cid
  const message = 'The publisher stored the document under another address: check how it adds files'
  throw new UportError('CONTENT_MISMATCH', message, { data: { cid, sources: 1 } })
}
