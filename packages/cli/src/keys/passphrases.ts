import { readFile, stat } from 'node:fs/promises'
import { CliError, UsageError } from '../cli-error.ts'
import type { Context } from '../context.ts'

/** Where the passphrase of the keys comes from: a file, or the person, asked once. */
export class Passphrases {
  readonly #context: Pick<Context, 'terminal' | 'settings' | 'signal'>
  #known: Promise<string> | undefined

  constructor(context: Pick<Context, 'terminal' | 'settings' | 'signal'>) {
    this.#context = context
  }

  /** For keys that exist. @throws UsageError where there is no file and nobody to ask */
  get(): Promise<string> {
    this.#known ??= this.#read('Passphrase of the keys', false)
    return this.#known
  }

  /** For a key that is made now: asked twice, since a slip would lock the key away. */
  async forNewKey(): Promise<void> {
    this.#known ??= this.#read('Passphrase for the new key', true)
    await this.#known
  }

  /** Another passphrase, such as an exported file's; from `file` where it is given. */
  other(question: string, file: string | undefined, twice: boolean): Promise<string> {
    return file === undefined ? this.#ask(question, twice) : readPassphraseFile(file)
  }

  #read(question: string, twice: boolean): Promise<string> {
    const { passphraseFile } = this.#context.settings
    return passphraseFile === undefined ? this.#ask(question, twice) : readPassphraseFile(passphraseFile)
  }

  async #ask(question: string, twice: boolean): Promise<string> {
    const { terminal, signal } = this.#context
    if (!terminal.canAsk) {
      throw new UsageError(
        'Nobody is there to type the passphrase: give --passphrase-file, or UPORT_PASSPHRASE_FILE.',
      )
    }
    const first = await terminal.askSecret(question, signal)
    if (first === '') throw new CliError('An empty passphrase protects nothing: choose one.')
    if (twice && (await terminal.askSecret('The same again', signal)) !== first) {
      throw new CliError('The two differ: nothing was done.')
    }
    return first
  }
}

const MAX_BYTES = 4096

/** The first line of a file that nobody else may read. */
async function readPassphraseFile(path: string): Promise<string> {
  try {
    const { mode, size } = await stat(path)
    const isPlain = (mode & 0o170000) === 0o100000
    if (isPlain && process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new UsageError(`Others may read the passphrase file ${path}: chmod 600 it.`)
    }
    if (size > MAX_BYTES) throw new UsageError(`The passphrase file ${path} is too large.`)
    const line = (await readFile(path, 'utf8')).split(/\r?\n/)[0] ?? ''
    if (line === '') throw new UsageError(`The passphrase file ${path} is empty.`)
    return line
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`The passphrase file ${path} cannot be read.`, { cause: error })
  }
}
