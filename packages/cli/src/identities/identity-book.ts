import { readFile } from 'node:fs/promises'
import { type Did, foldDid, isDid, isMnid, type JsonObject } from '@uport-kit/core'
import { CliError, UsageError } from '../cli-error.ts'
import { writePrivateFile } from '../config/write-file.ts'
import type { Context } from '../context.ts'

/** An identity of this machine. */
export interface IdentityEntry {
  readonly name: string
  readonly did: Did
  /** `0x` hex. */
  readonly network: string
  /** The account that is the identity: it writes the registry and pays for that. */
  readonly address: string
  /** The key of the account. */
  readonly accountKey: string
  /** The key that signs; another one after a rotation. */
  readonly key: string
  /** Of a contract identity: the manager that holds it. The account's key then is an owner's. */
  readonly manager?: string | undefined
  /** What the document says of the identity, for all to read. */
  readonly document: {
    readonly type: 'Person' | 'App' | 'Organization'
    readonly name?: string | undefined
    readonly description?: string | undefined
    readonly url?: string | undefined
  }
  /** What the wallet tells, one by one, when it is asked and the person agrees. */
  readonly claims: JsonObject
  /** The document as it was registered last. */
  readonly cid?: string | undefined
}

const NAME = /^[a-z0-9][a-z0-9_-]{0,31}$/

/** The identities that this machine has keys for, in one file. Holds nothing secret. */
export class IdentityBook {
  readonly #path: string
  readonly #chosen: string | undefined
  #entries: readonly IdentityEntry[]

  private constructor(path: string, chosen: string | undefined, entries: readonly IdentityEntry[]) {
    this.#path = path
    this.#chosen = chosen
    this.#entries = entries
  }

  /** @throws CliError where the file is damaged */
  static async open({ settings }: Context): Promise<IdentityBook> {
    const path = settings.paths.identities
    return new IdentityBook(path, settings.identity, await readEntries(path))
  }

  get entries(): readonly IdentityEntry[] {
    return this.#entries
  }

  /** By name, DID or MNID. @throws UsageError where there is none */
  require(name: string): IdentityEntry {
    const found = this.find(name)
    if (found !== undefined) return found
    const known = this.#entries.map((entry) => entry.name).join(', ')
    throw new UsageError(
      known === ''
        ? 'There is no identity yet: make one with `uport identity create <name>`.'
        : `There is no identity ${JSON.stringify(name)}: known are ${known}.`,
    )
  }

  find(name: string): IdentityEntry | undefined {
    const isId = isDid(name) || isMnid(name)
    return this.#entries.find((entry) => (isId ? foldDid(entry.did) === foldDid(name) : entry.name === name))
  }

  /** Whom to act as: the chosen one, else the only one. @throws UsageError */
  acting(): IdentityEntry {
    if (this.#chosen !== undefined) return this.require(this.#chosen)
    const [only, ...others] = this.#entries
    if (only === undefined || others.length === 0) return only ?? this.require('')
    throw new UsageError(`Say as whom: --as ${this.#entries.map(({ name }) => name).join(' | ')}.`)
  }

  /** @throws UsageError for a name that is taken or none */
  checkNew(name: string): void {
    if (!NAME.test(name)) {
      throw new UsageError(
        'A name is up to 32 lower-case letters, digits, _ and -, and starts with none of the last two.',
      )
    }
    if (this.find(name) !== undefined) throw new UsageError(`The name ${name} is taken: choose another.`)
  }

  /** Adds an identity, or replaces the one of that name. */
  async put(entry: IdentityEntry): Promise<void> {
    this.#entries = [...this.#entries.filter(({ name }) => name !== entry.name), entry]
    await writePrivateFile(this.#path, `${JSON.stringify({ identities: this.#entries }, undefined, 2)}\n`)
  }
}

async function readEntries(path: string): Promise<readonly IdentityEntry[]> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw new CliError(`The identities in ${path} cannot be read: check its permissions.`, undefined, {
      cause: error,
    })
  }
  try {
    const { identities }: { identities: readonly IdentityEntry[] } = JSON.parse(text)
    if (Array.isArray(identities) && identities.every(isEntry)) return identities
  } catch {
    // Told below, the same as any other damage.
  }
  throw new CliError(`The identities in ${path} are damaged: restore the file, or move it away.`)
}

function isEntry(value: unknown): value is IdentityEntry {
  if (typeof value !== 'object' || value === null) return false
  const { name, did, network, address, accountKey, key, document, claims } = value as Partial<IdentityEntry>
  return (
    [name, network, address, accountKey, key].every((text) => typeof text === 'string') &&
    isDid(did) &&
    typeof document === 'object' &&
    typeof claims === 'object'
  )
}
