import { FsBlockstore } from 'blockstore-fs'
import { exporter } from 'ipfs-unixfs-exporter'
import { importer } from 'ipfs-unixfs-importer'
import { fixedSize } from 'ipfs-unixfs-importer/chunker'
import { CID } from 'multiformats/cid'

/** The chunk size that decides a large file's CID: what `ipfs add` uses. */
const chunkBytes = 262_144
const dagPbCodec = 0x70
const rawCodec = 0x55

export interface AddOptions {
  readonly cidVersion: 0 | 1
  /** Whether the leaves of a file are bare bytes, not UnixFS nodes. */
  readonly rawLeaves: boolean
  /** Whether the files are put into one directory, which is then the last result. */
  readonly wrapWithDirectory: boolean
}

export interface AddedFile {
  readonly path: string
  readonly cid: string
  /** The bytes of all blocks together. */
  readonly size: bigint
}

export interface StoredFile {
  readonly cid: string
  readonly size: bigint
  content(range?: {
    readonly offset?: number | undefined
    readonly length?: number | undefined
  }): AsyncIterable<Uint8Array>
}

/** UnixFS files over blocks on disk. Nothing is fetched from anywhere and nothing is ever collected. */
export interface IpfsStore {
  add(
    files: readonly { readonly path: string; readonly content: Uint8Array }[],
    options: AddOptions,
  ): Promise<AddedFile[]>
  /** The file at `<cid>` or `<cid>/<path>`; `undefined` where the store has none there. */
  openFile(path: string): Promise<StoredFile | undefined>
  /** The bytes of one block. */
  readBlock(cid: CID): Promise<Uint8Array | undefined>
  hasBlock(cid: CID): Promise<boolean>
  close(): Promise<void>
}

export async function openIpfsStore(directory: string): Promise<IpfsStore> {
  const blocks = new FsBlockstore(directory)
  await blocks.open()
  return {
    async add(files, { cidVersion, rawLeaves, wrapWithDirectory }) {
      const chunker = fixedSize({ chunkSize: chunkBytes })
      const added: AddedFile[] = []
      const source = files.map(({ path, content }) => ({ path, content }))
      for await (const entry of importer(source, blocks, {
        cidVersion,
        rawLeaves,
        wrapWithDirectory,
        chunker,
      })) {
        added.push({ path: entry.path ?? '', cid: entry.cid.toString(), size: entry.size })
      }
      return added
    },
    async openFile(path) {
      try {
        const entry = await exporter(path, blocks)
        if (entry.type !== 'file' && entry.type !== 'raw') return undefined
        // The exporter ignores what follows a file in a path.
        if (entry.path !== path) return undefined
        return {
          cid: entry.cid.toString(),
          size: entry.size,
          content: ({ offset, length } = {}) =>
            entry.content({
              ...(offset !== undefined && { offset }),
              ...(length !== undefined && { length }),
            }),
        }
      } catch (error) {
        if (isAbsence(error)) return undefined
        throw error
      }
    },
    async readBlock(cid) {
      if (!(await blocks.has(cid))) return undefined
      const parts: Uint8Array[] = []
      for await (const part of blocks.get(cid)) parts.push(part)
      return Buffer.concat(parts)
    },
    hasBlock: async (cid) => blocks.has(cid),
    close: async () => blocks.close(),
  }
}

/** Blocks that are not here and paths that lead nowhere: the names are the libraries' own. */
function isAbsence(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NotFoundError' || error.name === 'NotAFileError')
}

/** Reads a CID of the two codecs files are made of; `undefined` where the text is none. */
export function parseFileCid(text: string): CID | undefined {
  try {
    const cid = CID.parse(text)
    return cid.code === dagPbCodec || cid.code === rawCodec ? cid : undefined
  } catch {
    return undefined
  }
}
