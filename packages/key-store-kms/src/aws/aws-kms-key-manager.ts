import {
  CreateAliasCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DeleteAliasCommand,
  ListAliasesCommand,
  ListKeysCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import { isUportError, type KeyManager, type Options, type PublicKeyInfo } from '@uport-kit/core'
import { keyExists, keyNotFound } from '../kms-error.ts'
import { KmsFailure } from '../kms-failure.ts'
import { awsAliasName, awsKeyName, keyIdOfAlias } from './aws-key-name.ts'
import {
  AwsKmsKeyStore,
  type AwsKmsOptions,
  isSigningKey,
  isToBeDeleted,
  type KeyMetadata,
} from './aws-kms-key-store.ts'

export interface AwsKmsManagerOptions extends AwsKmsOptions {
  /** Policy, tags, description and the like of new keys. */
  readonly newKeys?: Omit<CreateKeyCommandInput, 'CustomerMasterKeySpec' | 'KeySpec' | 'KeyUsage'> | undefined
  /** Days, 7 to 30, in which a deletion can be called off. Default 30. */
  readonly deletionWindow?: number | undefined
}

/**
 * The administrator's side of `AwsKmsKeyStore`: makes, deletes and lists keys. Apart, because an application should not
 * have these rights: `kms:CreateKey`, `kms:CreateAlias`, `kms:DeleteAlias`, `kms:ScheduleKeyDeletion`, `kms:DescribeKey`,
 * `kms:ListKeys`, `kms:ListAliases`, beside those of the store.
 */
export class AwsKmsKeyManager extends AwsKmsKeyStore implements KeyManager {
  readonly #newKeys: AwsKmsManagerOptions['newKeys']
  readonly #deletionWindow: number

  constructor(options: AwsKmsManagerOptions = {}) {
    const days = options.deletionWindow ?? 30
    if (!(Number.isSafeInteger(days) && days >= 7 && days <= 30)) {
      throw new TypeError('deletionWindow must be 7 to 30 days')
    }
    super(options)
    this.#newKeys = options.newKeys
    this.#deletionWindow = days
  }

  /**
   * Makes a key, and an alias for it where an id is given. An attempt whose answer was lost is not repeated, because AWS
   * may have made the key: look for one without an alias after such a failure, or after cancelling.
   *
   * @throws TypeError when `keyId` is given and cannot be an alias
   * @throws UportError `KEY_EXISTS`, `KEY_STORE_FAILED`
   */
  async create(options: Options & { readonly keyId?: string | undefined } = {}): Promise<PublicKeyInfo> {
    const { keyId } = options
    options.signal?.throwIfAborted()
    const alias = keyId === undefined ? undefined : awsAliasName(keyId)
    if (keyId !== undefined && alias === undefined) {
      throw new TypeError('keyId must be the name of an alias: 1 to 250 letters, digits, "/", "_" or "-"')
    }
    if (alias !== undefined && (await this.#find(alias, options)) !== undefined) throw keyExists(alias)
    const awsId = await this.#createKey(options)
    const info = await this.#whenVisible(awsId, options)
    if (alias === undefined) return info
    await this.#createAlias(alias, awsId, options)
    return Object.freeze({ ...info, keyId: keyId ?? awsId })
  }

  /**
   * Schedules the deletion. From then on the key is not found; until the window closes an administrator can call it off.
   * Other processes may find the public key for as long as they remember it, but can no longer sign.
   *
   * @throws UportError `KEY_NOT_FOUND`, `KEY_STORE_FAILED`
   */
  async delete(keyId: string, options: Options = {}): Promise<void> {
    options.signal?.throwIfAborted()
    const name = awsKeyName(keyId)
    const found = name === undefined ? undefined : await this.#find(name, options)
    if (found?.KeyId === undefined) throw keyNotFound(keyId)
    const pending = isToBeDeleted(found.KeyState)
    if (!pending) await this.#scheduleDeletion(found.KeyId, options)
    this.forgetPublicKeys()
    const alias = awsAliasName(keyId)
    if (alias !== undefined) await this.#deleteAlias(alias, options)
    if (pending) throw keyNotFound(keyId)
  }

  /**
   * The account's keys in the region that this store could sign with, each under its first alias or, without one, its key
   * id. Keys that are disabled or to be deleted, or that this account may not look at, are left out.
   *
   * @throws UportError `KEY_STORE_FAILED`
   */
  async *list(options: Options = {}): AsyncIterable<PublicKeyInfo> {
    const aliases = await this.#aliases(options)
    for await (const awsId of this.#keyIds(options)) {
      const usable = await this.#isUsable(awsId, options)
      const info = usable ? await this.get(aliases.get(awsId) ?? awsId, options) : undefined
      if (info !== undefined) yield info
    }
  }

  async #find(name: string, options: Options): Promise<KeyMetadata | undefined> {
    try {
      const describe = (signal: AbortSignal) => this.describe(name, signal)
      return await this.request(name, undefined, 'manage', describe, options)
    } catch (error) {
      if (isUportError(error, 'KEY_NOT_FOUND')) return undefined
      throw error
    }
  }

  async #createKey(options: Options): Promise<string> {
    const spec = { KeySpec: 'ECC_SECG_P256K1', KeyUsage: 'SIGN_VERIFY' } as const
    const command = new CreateKeyCommand({ ...this.#newKeys, ...spec })
    const work = async (signal: AbortSignal) => {
      const answer = await this.send((client) => client.send(command, { abortSignal: signal }))
      if (answer.KeyMetadata?.KeyId === undefined) throw new KmsFailure('malformed-answer')
      return answer.KeyMetadata.KeyId
    }
    // Whoever was throttled has made nothing; of any other failure that cannot be said.
    const repeats = ({ outcome }: KmsFailure) => outcome === 'throttled'
    return await this.request(undefined, undefined, 'manage', work, options, repeats)
  }

  /** AWS takes a moment until every one of its servers knows a new key. */
  async #whenVisible(awsId: string, options: Options): Promise<PublicKeyInfo> {
    const work = (signal: AbortSignal) =>
      this.fetchPublicKey(awsId, signal).catch((error: unknown) => {
        const failure = asFailure(error)
        throw failure.outcome === 'not-found' ? new KmsFailure('unavailable') : failure
      })
    await this.request(awsId, undefined, 'manage', work, options)
    const info = await this.get(awsId, options)
    if (info === undefined) throw keyNotFound(awsId)
    return info
  }

  /** Of several callers that want the alias one gets it; the keys of the others go. */
  async #createAlias(alias: string, awsId: string, options: Options): Promise<void> {
    const command = new CreateAliasCommand({ AliasName: alias, TargetKeyId: awsId })
    const work = async (signal: AbortSignal) => {
      try {
        await this.send((client) => client.send(command, { abortSignal: signal }))
      } catch (error) {
        const failure = asFailure(error)
        // It may be ours, made by an attempt whose answer was lost.
        const ours = failure.outcome === 'exists' && (await this.describe(alias, signal)).KeyId === awsId
        if (!ours) throw failure
      }
    }
    try {
      await this.request(alias, undefined, 'manage', work, options)
    } catch (error) {
      // A key that nobody was told of must not stay and cost; that it cannot be removed must not hide why.
      await this.#scheduleDeletion(awsId, {}).catch(() => {})
      throw error
    }
  }

  async #scheduleDeletion(awsId: string, options: Options): Promise<void> {
    const window = { PendingWindowInDays: this.#deletionWindow }
    const command = new ScheduleKeyDeletionCommand({ KeyId: awsId, ...window })
    const work = async (signal: AbortSignal) => {
      try {
        await this.send((client) => client.send(command, { abortSignal: signal }))
      } catch (error) {
        const failure = asFailure(error)
        // An attempt whose answer was lost, or somebody else, may have done it.
        const done =
          failure.outcome === 'key-state' && isToBeDeleted((await this.describe(awsId, signal)).KeyState)
        if (!done) throw failure
      }
    }
    await this.request(awsId, awsId, 'manage', work, options)
  }

  async #deleteAlias(alias: string, options: Options): Promise<void> {
    const command = new DeleteAliasCommand({ AliasName: alias })
    const work = (signal: AbortSignal) =>
      this.send((client) => client.send(command, { abortSignal: signal })).catch((error: unknown) => {
        if (asFailure(error).outcome !== 'not-found') throw error
      })
    await this.request(alias, undefined, 'manage', work, options)
  }

  /** The first alias of each key, without `alias/`. */
  async #aliases(options: Options): Promise<ReadonlyMap<string, string>> {
    const first = new Map<string, string>()
    const fetchPage = (marker: string | undefined) => {
      const command = new ListAliasesCommand({ Limit: 100, Marker: marker })
      const work = (signal: AbortSignal) =>
        this.send((client) => client.send(command, { abortSignal: signal }))
      return this.request(undefined, undefined, 'manage', work, options)
    }
    for await (const page of pages(fetchPage)) {
      for (const { AliasName: alias, TargetKeyId: awsId } of page.Aliases ?? []) {
        const keyId = alias === undefined ? undefined : keyIdOfAlias(alias)
        if (keyId === undefined || awsId === undefined) continue
        const known = first.get(awsId)
        if (known === undefined || keyId < known) first.set(awsId, keyId)
      }
    }
    return first
  }

  async *#keyIds(options: Options): AsyncIterable<string> {
    const fetchPage = (marker: string | undefined) => {
      const command = new ListKeysCommand({ Limit: 1000, Marker: marker })
      const work = (signal: AbortSignal) =>
        this.send((client) => client.send(command, { abortSignal: signal }))
      return this.request(undefined, undefined, 'manage', work, options)
    }
    for await (const page of pages(fetchPage)) {
      for (const { KeyId: awsId } of page.Keys ?? []) if (awsId !== undefined) yield awsId
    }
  }

  async #isUsable(awsId: string, options: Options): Promise<boolean> {
    try {
      const found = await this.#find(awsId, options)
      return found !== undefined && isSigningKey(found) && found.KeyState === 'Enabled'
    } catch (error) {
      // Key policies hide keys one by one.
      if (isUportError(error, 'KEY_STORE_FAILED') && error.data.reason === 'access-denied') return false
      throw error
    }
  }
}

interface Page {
  readonly NextMarker?: string | undefined
  readonly Truncated?: boolean | undefined
}

async function* pages<P extends Page>(
  fetchPage: (marker: string | undefined) => Promise<P>,
): AsyncIterable<P> {
  for (let marker: string | undefined, more = true; more; ) {
    const page: P = await fetchPage(marker)
    yield page
    marker = page.NextMarker
    more = page.Truncated === true && marker !== undefined
  }
}

function asFailure(error: unknown): KmsFailure {
  return error instanceof KmsFailure ? error : new KmsFailure('unknown')
}
