import { randomBytes } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { type FileHandle, link, mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, type Options, systemClock } from '@uport-kit/core'
import { ageOf, isRunning } from './abandoned.ts'
import { DirectoryLock } from './directory-lock.ts'
import { fileOperation, storeFailed, systemCode } from './failure.ts'

/** A v3 file takes 700 bytes; more than this is no key. */
export const MAX_FILE_BYTES = 2 ** 16
const OTHERS_RIGHTS = 0o077
const TEMPORARY = /^\.uport-tmp-([1-9]\d{0,9})-[0-9a-f]{32}$/
/** Writing takes milliseconds. */
const TEMPORARY_LIFETIME_MS = 60_000
/** Windows has neither these rights nor an fsync of directories. */
const POSIX = process.platform !== 'win32'

export interface KeyDirectoryOptions {
  /** Reads what other users of the machine may read or change, or what belongs to one of them. Default false. */
  readonly allowLoosePermissions?: boolean | undefined
  /** Paces the waiting for other writers. Default: the machine's clock. */
  readonly clock?: Clock | undefined
}

/**
 * A directory of small files that are written whole. After a crash each is there completely, as it was or as it should
 * become, or not at all where it was new.
 *
 * Of several writers, in this process or others of the machine, one makes a file: the file system refuses the second
 * link. Whoever replaces or removes one has the directory's lock, so that no file is replaced that was removed, or that
 * another one has replaced. Readers need no lock: they see the old file or the new one.
 */
export class KeyDirectory {
  readonly #path: string
  readonly #strict: boolean
  readonly #lock: DirectoryLock

  private constructor(path: string, options: KeyDirectoryOptions) {
    this.#path = path
    this.#strict = POSIX && options.allowLoosePermissions !== true
    this.#lock = new DirectoryLock(path, options.clock ?? systemClock())
  }

  /** Makes the directory (mode 0700) where there is none, and removes what interrupted writers left. */
  static open(path: string, options: KeyDirectoryOptions): Promise<KeyDirectory> {
    return fileOperation(async () => {
      const directory = new KeyDirectory(path, options)
      await mkdir(path, { recursive: true, mode: 0o700 })
      directory.#checkRights(await stat(path), 'directory', 'chmod 700')
      await directory.#removeLeftovers()
      await directory.#lock.removeAbandoned()
      return directory
    })
  }

  /** @returns the file's text, `undefined` where there is no such file */
  read(fileName: string): Promise<string | undefined> {
    return fileOperation(async () => {
      const handle = await this.#openExisting(fileName)
      if (handle === undefined) return undefined
      try {
        const stats = await handle.stat()
        if (!stats.isFile())
          throw storeFailed('not-a-file', 'A name in the key directory is taken by something else')
        this.#checkRights(stats, 'file', 'chmod 600')
        return await readBounded(handle)
      } finally {
        await handle.close()
      }
    })
  }

  /**
   * Writes a file that must not exist yet: temporary file, fsync, link under its name, fsync of the directory. A link and
   * not a rename, because a rename would silently replace a key that another process wrote meanwhile.
   *
   * @returns false where the name is taken; nothing was written then
   */
  create(fileName: string, text: string): Promise<boolean> {
    return this.#withTemporary(text, async (temporary) => {
      try {
        await link(temporary, join(this.#path, fileName))
      } catch (error) {
        if (systemCode(error) === 'EEXIST') return false
        throw error
      }
      await this.#sync()
      return true
    })
  }

  /**
   * Puts a text in the place of another one: temporary file, fsync, rename, fsync of the directory.
   *
   * @param expected what the file has to hold; who made the new text made it from this
   * @returns false where the file is gone or holds something else by now; nothing was written then
   */
  replace(fileName: string, expected: string, text: string, options: Options = {}): Promise<boolean> {
    return this.#withTemporary(text, (temporary) =>
      this.#lock.hold(async () => {
        if ((await this.read(fileName)) !== expected) return false
        await rename(temporary, join(this.#path, fileName))
        await this.#sync()
        return true
      }, options),
    )
  }

  /** @returns false where there is no such file */
  remove(fileName: string, options: Options = {}): Promise<boolean> {
    const removeNow = async () => {
      try {
        await unlink(join(this.#path, fileName))
      } catch (error) {
        if (systemCode(error) === 'ENOENT') return false
        throw error
      }
      await this.#sync()
      return true
    }
    return fileOperation(() => this.#lock.hold(removeNow, options))
  }

  /** Sorted. */
  fileNames(): Promise<string[]> {
    return fileOperation(async () => (await readdir(this.#path)).sort())
  }

  #withTemporary(text: string, work: (temporary: string) => Promise<boolean>): Promise<boolean> {
    return fileOperation(async () => {
      const temporary = join(this.#path, `.uport-tmp-${process.pid}-${randomBytes(16).toString('hex')}`)
      try {
        await writeDurably(temporary, text)
        return await work(temporary)
      } finally {
        await rm(temporary, { force: true })
      }
    })
  }

  async #openExisting(fileName: string): Promise<FileHandle | undefined> {
    try {
      // Non-blocking: a FIFO of this name would otherwise hold the call, and a thread with it, for ever.
      return await open(join(this.#path, fileName), constants.O_RDONLY | constants.O_NONBLOCK)
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined
      throw error
    }
  }

  #checkRights(stats: Stats, what: 'directory' | 'file', command: string): void {
    if (!this.#strict) return
    if ((stats.mode & OTHERS_RIGHTS) !== 0) {
      const message = `Other users may use this key ${what}: run ${command} on it, or set allowLoosePermissions`
      throw storeFailed('permissions', message)
    }
    if (stats.uid !== process.geteuid?.() && stats.uid !== 0) {
      const message = `This key ${what} belongs to another user: run chown on it, or set allowLoosePermissions`
      throw storeFailed('owner', message)
    }
  }

  async #removeLeftovers(): Promise<void> {
    for (const fileName of await readdir(this.#path)) {
      const pid = TEMPORARY.exec(fileName)?.[1]
      if (pid === undefined) continue
      const path = join(this.#path, fileName)
      const isOld = async () => ((await ageOf(path)) ?? 0) > TEMPORARY_LIFETIME_MS
      if (!isRunning(Number(pid)) || (await isOld())) await rm(path, { force: true })
    }
  }

  async #sync(): Promise<void> {
    if (!POSIX) return
    const handle = await open(this.#path, constants.O_RDONLY)
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Reads by count, not by the size that `stat` told: the file may grow meanwhile. */
async function readBounded(handle: FileHandle): Promise<string> {
  const buffer = Buffer.alloc(MAX_FILE_BYTES + 1)
  let length = 0
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length)
    if (bytesRead === 0) return buffer.toString('utf8', 0, length)
    length += bytesRead
  }
  throw storeFailed('too-large', `A key file exceeds ${MAX_FILE_BYTES} bytes: remove what was put there`)
}
