import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { UportError } from '@uport-kit/core'
import type {} from './errors.ts'

const TEMPORARY = /^\.tmp-/
/** Writing takes milliseconds; what is older was left by a process that died. */
const TEMPORARY_LIFETIME_MS = 60_000

/**
 * A directory of small files that appear whole. `link` makes a name appear with its content or not at all, and for one
 * of several writers only; `rename` replaces a file by another one whole: that is all the atomicity these stores need.
 */
export class AtomicFiles {
  readonly #directory: string
  #made: Promise<unknown> | undefined

  constructor(directory: string) {
    this.#directory = directory
  }

  /** @returns false where the name is taken */
  create(name: string, text: string): Promise<boolean> {
    return guarded(() =>
      this.#write(text, async (temporary) => {
        try {
          await link(temporary, join(this.#directory, name))
          return true
        } catch (error) {
          if (codeOf(error) === 'EEXIST') return false
          throw error
        }
      }),
    )
  }

  /** Writes the file, over an older one. */
  replace(name: string, text: string): Promise<void> {
    return guarded(() => this.#write(text, (temporary) => rename(temporary, join(this.#directory, name))))
  }

  /** @returns undefined where there is no such file */
  read(name: string): Promise<string | undefined> {
    return guarded(async () => {
      try {
        return await readFile(join(this.#directory, name), 'utf8')
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined
        throw error
      }
    })
  }

  /** @returns whether this call removed it */
  remove(name: string): Promise<boolean> {
    return guarded(async () => {
      try {
        await unlink(join(this.#directory, name))
        return true
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return false
        throw error
      }
    })
  }

  /** Names of the files, after removing what writers left that died. */
  names(): Promise<readonly string[]> {
    return guarded(async () => {
      const names = await readdir(this.#directory).catch((error: unknown) => {
        if (codeOf(error) === 'ENOENT') return []
        throw error
      })
      await Promise.all(
        names.filter((name) => TEMPORARY.test(name)).map((name) => this.#removeLeftover(name)),
      )
      return names.filter((name) => !TEMPORARY.test(name))
    })
  }

  /** Writes the text to a synced temporary file, which `place` gives its name. */
  async #write<Result>(text: string, place: (temporary: string) => Promise<Result>): Promise<Result> {
    this.#made ??= mkdir(this.#directory, { recursive: true, mode: 0o700 })
    try {
      await this.#made
    } catch (error) {
      this.#made = undefined
      throw error
    }
    const temporary = join(this.#directory, `.tmp-${process.pid}-${randomBytes(8).toString('hex')}`)
    try {
      const file = await open(temporary, 'wx', 0o600)
      try {
        await file.writeFile(text)
        await file.sync()
      } finally {
        await file.close()
      }
      return await place(temporary)
    } finally {
      await rm(temporary, { force: true })
    }
  }

  async #removeLeftover(name: string): Promise<void> {
    const path = join(this.#directory, name)
    const stats = await stat(path).catch(() => undefined)
    if (stats !== undefined && Date.now() - stats.mtimeMs > TEMPORARY_LIFETIME_MS)
      await rm(path, { force: true })
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

async function guarded<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const reason = codeOf(error) ?? 'unknown'
    throw new UportError(
      'FILE_STORE_FAILED',
      `The file store failed (${reason}); check its directory and the disk.`,
      {
        data: { reason },
        cause: error,
        retryable: true,
      },
    )
  }
}
