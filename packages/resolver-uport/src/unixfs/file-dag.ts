import { sha256 } from '@uport-kit/core'
import { bytesHead, varintField } from './protobuf.ts'

/** How a file is cut and laid out. The defaults are those of `ipfs add`. */
export interface FileLayout {
  /** Bytes per leaf. */
  readonly chunkSize: number
  /** Links per inner node. */
  readonly maxLinks: number
}

/** The layout of `ipfs add` since its first release. */
export const IPFS_ADD_LAYOUT: FileLayout = Object.freeze({ chunkSize: 262_144, maxLinks: 174 })

/** A block of the DAG, as its parent sees it. */
interface Node {
  readonly digest: Uint8Array
  /** Bytes of the file below this node. */
  readonly fileSize: number
  /** Bytes of all blocks from here down. */
  readonly totalSize: number
}

const UNIXFS_FILE = 2
const UNIXFS = { type: 1, data: 2, fileSize: 3, blockSize: 4 } as const
const DAG_PB = { data: 1, link: 2 } as const
const DAG_PB_LINK = { hash: 1, name: 2, totalSize: 3 } as const
const SHA2_256_PREFIX = [0x12, 0x20]

/**
 * The SHA2-256 digest of the root block of a file: UnixFS in dag-pb, fixed-size chunks without raw leaves, balanced
 * layout.
 *
 * @returns 32 bytes, what a CIDv0 encodes
 * @see https://specs.ipfs.tech/unixfs/
 */
export function digestOfFile(bytes: Uint8Array, layout: FileLayout = IPFS_ADD_LAYOUT): Uint8Array {
  let level = leavesOf(bytes, layout.chunkSize)
  while (level.length > 1) level = parentsOf(level, layout.maxLinks)
  const [root] = level
  return root?.digest ?? leaf(bytes).digest
}

function leavesOf(bytes: Uint8Array, chunkSize: number): Node[] {
  const leaves: Node[] = []
  for (let start = 0; start < bytes.length; start += chunkSize) {
    leaves.push(leaf(bytes.subarray(start, start + chunkSize)))
  }
  return leaves
}

function parentsOf(children: readonly Node[], maxLinks: number): Node[] {
  const parents: Node[] = []
  for (let start = 0; start < children.length; start += maxLinks) {
    parents.push(parent(children.slice(start, start + maxLinks)))
  }
  return parents
}

function leaf(chunk: Uint8Array): Node {
  const { length } = chunk
  const head = [
    ...varintField(UNIXFS.type, UNIXFS_FILE),
    // An empty file has no data field at all; an empty one would be another block.
    ...(length === 0 ? [] : bytesHead(UNIXFS.data, length)),
  ]
  const tail = varintField(UNIXFS.fileSize, length)
  const start = [...bytesHead(DAG_PB.data, head.length + length + tail.length), ...head]
  const block = new Uint8Array(start.length + length + tail.length)
  block.set(start)
  block.set(chunk, start.length)
  block.set(tail, start.length + length)
  return { digest: sha256(block), fileSize: length, totalSize: block.length }
}

function parent(children: readonly Node[]): Node {
  const fileSize = children.reduce((total, child) => total + child.fileSize, 0)
  const unixfs = [
    ...varintField(UNIXFS.type, UNIXFS_FILE),
    ...varintField(UNIXFS.fileSize, fileSize),
    ...children.flatMap((child) => varintField(UNIXFS.blockSize, child.fileSize)),
  ]
  // Links go before data, against the field numbers: so the first encoder wrote it, and so it is hashed.
  const block = Uint8Array.from([
    ...children.flatMap(linkTo),
    ...bytesHead(DAG_PB.data, unixfs.length),
    ...unixfs,
  ])
  const totalSize = children.reduce((total, child) => total + child.totalSize, block.length)
  return { digest: sha256(block), fileSize, totalSize }
}

function linkTo(child: Node): number[] {
  const hash = [...SHA2_256_PREFIX, ...child.digest]
  const link = [
    ...bytesHead(DAG_PB_LINK.hash, hash.length),
    ...hash,
    // A name of no bytes.
    ...bytesHead(DAG_PB_LINK.name, 0),
    ...varintField(DAG_PB_LINK.totalSize, child.totalSize),
  ]
  return [...bytesHead(DAG_PB.link, link.length), ...link]
}
