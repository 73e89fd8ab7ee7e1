import { cidFromDigest } from '@uport-kit/core'
import { digestOfFile } from './file-dag.ts'

/**
 * The CIDv0 that `ipfs add` gives these bytes with its defaults: a UnixFS file in dag-pb, SHA2-256, 262144-byte chunks,
 * balanced layout of at most 174 links a node.
 *
 * The same bytes added with other options (raw leaves, another chunker) have another CID and do not verify against it.
 *
 * @returns 46 characters that begin with `Qm`
 */
export function cidOfBytes(bytes: Uint8Array): string {
  return cidFromDigest(digestOfFile(bytes))
}
