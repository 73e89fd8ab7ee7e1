import {
  type Clock,
  encodeBase64,
  encodeBase64url,
  foldDid,
  type Identity,
  isUportError,
  type Json,
  type JsonObject,
  type Options,
  systemClock,
  type WalletStore,
} from '@uport-kit/core'
import { parseServerUrl } from '../mailbox-address.ts'
import { createPushGrant } from './create-push-grant.ts'
import { MailboxClient } from './mailbox-client.ts'

export interface PushGrantsOptions {
  /** The push server: https, or http on this machine. */
  readonly url: string | URL
  /** Where the wallet keeps what it granted. */
  readonly store: WalletStore
  /** Opens one of the wallet's identities, such as `(did) => wallet.identities.open(did)`. */
  readonly identity: (did: string, options?: Options) => Promise<Identity>
  /** Seconds that a grant holds. Default 90 days. It ends up to a tenth earlier, by chance. */
  readonly lifetime?: number | undefined
  /** Milliseconds for an answer. Default 10 000. */
  readonly timeoutMs?: number | undefined
  /** Default: the platform's. */
  readonly fetch?: typeof globalThis.fetch | undefined
  readonly clock?: Clock | undefined
  /** Must be cryptographically secure. Default: `crypto.getRandomValues`. */
  readonly randomBytes?: ((length: number) => Uint8Array) | undefined
}

/** A grant as the wallet keeps it. */
export interface PushGrantRecord {
  /** The mailbox: base64url of 32 bytes. */
  readonly id: string
  /** Whose mailbox it is. */
  readonly did: string
  /** Who may push. */
  readonly audience: string
  /** Unix seconds. */
  readonly expiresAt: number
}

/** A new grant, for `answerDisclosure`. */
export interface CreatedPushGrant {
  readonly capability: string
  /** The key to seal for, standard Base64. */
  readonly boxPub: string
  readonly record: PushGrantRecord
}

/** Where a browser is woken: `PushSubscription.toJSON()`. */
export interface WakeSubscription {
  readonly endpoint: string
  readonly keys: { readonly p256dh: string; readonly auth: string }
}

const COLLECTION = 'push-grants'
/** Of one record: where the wallet is woken. */
const WAKE = ['push-wake', 'subscription'] as const
const ID_BYTES = 32
const DAY = 86_400

/** Whom the wallet allowed to push: makes grants, lists them, and takes them back. */
export class PushGrants {
  readonly client: MailboxClient
  readonly #store: WalletStore
  readonly #identity: PushGrantsOptions['identity']
  readonly #clock: Clock
  readonly #lifetime: number
  readonly #randomBytes: (length: number) => Uint8Array
  readonly #watchers = new Set<() => void>()

  /** @throws TypeError for an address that is not safe to use, or a time that is none */
  constructor(options: PushGrantsOptions) {
    const { lifetime = 90 * DAY, timeoutMs = 10_000 } = options
    if (!(Number.isSafeInteger(lifetime) && lifetime > 0))
      throw new TypeError('lifetime must be whole seconds')
    if (!(timeoutMs > 0 && Number.isFinite(timeoutMs)))
      throw new TypeError('timeoutMs must be a positive number')
    this.#store = options.store
    this.#identity = options.identity
    this.#clock = options.clock ?? systemClock()
    this.#lifetime = lifetime
    this.#randomBytes = options.randomBytes ?? ((length) => crypto.getRandomValues(new Uint8Array(length)))
    this.client = new MailboxClient({
      server: parseServerUrl(options.url),
      identity: options.identity,
      fetch: options.fetch ?? ((...args) => globalThis.fetch(...args)),
      clock: this.#clock,
      timeout: timeoutMs / 1000,
    })
  }

  get clock(): Clock {
    return this.#clock
  }

  get randomBytes(): (length: number) => Uint8Array {
    return this.#randomBytes
  }

  /**
   * Allows an application to push: opens a mailbox for it alone, with a box key of its own.
   *
   * @throws UportError `PUSH_INBOX_FAILED`, `WALLET_IDENTITY_UNKNOWN`, the codes of key stores
   */
  async create(
    { did, audience }: { readonly did: string; readonly audience: string },
    options: Options = {},
  ): Promise<CreatedPushGrant> {
    const identity = await this.#identity(did, options)
    const id = encodeBase64url(this.#randomBytes(ID_BYTES))
    const expiresAt = this.#clock.now() + this.#lifetime - this.#chance(this.#lifetime / 10)
    const record: PushGrantRecord = { id, did: identity.did, audience: foldDid(audience), expiresAt }
    const key = await identity.boxKeys.publicKey(boxKeyName(record), { ...options, expiresAt })
    const boxPub = encodeBase64(key)
    const mailbox = `${this.client.server}/i/${id}`
    const capability = await createPushGrant({ audience, mailbox, boxPub, expiresAt }, identity, options)
    await this.client.ask(
      { method: 'PUT', path: `/i/${id}`, did: identity.did, body: { expiresAt } },
      options,
    )
    await this.#store.put(COLLECTION, id, { ...record }, options)
    await this.#wakeAsBefore(record, options)
    this.#changed()
    return { capability, boxPub, record }
  }

  /** The grants that hold, ordered by id. */
  async list(options?: Options): Promise<readonly PushGrantRecord[]> {
    const now = this.#clock.now()
    const records = await this.#store.list(COLLECTION, options)
    return records.map(({ value }) => readRecord(value)).filter(({ expiresAt }) => expiresAt > now)
  }

  /**
   * Takes a grant back: its mailbox goes, with what is in it, and nobody can push into it any more.
   *
   * @returns false where there is no such grant
   * @throws UportError `PUSH_INBOX_FAILED`: the grant is still listed then
   */
  async revoke(id: string, options: Options = {}): Promise<boolean> {
    const value = await this.#store.get(COLLECTION, id, options)
    if (value === undefined) return false
    const record = readRecord(value)
    await this.client.ask({ method: 'DELETE', path: `/i/${id}`, did: record.did }, options)
    await this.#store.delete(COLLECTION, id, options)
    const identity = await this.#identity(record.did, options)
    await identity.boxKeys.forget?.(boxKeyName(record), options)
    this.#changed()
    return true
  }

  /** The server's key for `pushManager.subscribe({ applicationServerKey })`, base64url; undefined where it sends no Web Push. */
  async wakeKey(options?: Options): Promise<string | undefined> {
    const text = await this.client.ask({ method: 'GET', path: '/i/wake-key' }, options)
    const answer: unknown = text === undefined ? undefined : JSON.parse(text)
    if (typeof answer !== 'object' || answer === null || !('publicKey' in answer)) return undefined
    return typeof answer.publicKey === 'string' ? answer.publicKey : undefined
  }

  /**
   * Has the wallet woken by Web Push when something comes for a grant; no more, without a subscription.
   *
   * @throws UportError `PUSH_INBOX_FAILED`, also where the push service is none that the server may contact
   */
  async wakeBy(
    { id, did }: PushGrantRecord,
    subscription: WakeSubscription | undefined,
    options?: Options,
  ): Promise<void> {
    const path = `/i/${id}/wake`
    if (subscription === undefined) await this.client.ask({ method: 'DELETE', path, did }, options)
    else await this.client.ask({ method: 'PUT', path, did, body: plain(subscription) }, options)
  }

  /**
   * Has the wallet woken by Web Push for all its grants, those given later too; no more, without a subscription.
   *
   * @throws UportError `PUSH_INBOX_FAILED`, also where the push service is none that the server may contact
   */
  async wakeAllBy(subscription: WakeSubscription | undefined, options?: Options): Promise<void> {
    if (subscription === undefined) await this.#store.delete(...WAKE, options)
    else await this.#store.put(...WAKE, plain(subscription), options)
    for (const record of await this.list(options)) await this.wakeBy(record, subscription, options)
  }

  /** A grant holds without it, too: what fails here is made good when the wallet registers at its next start. */
  async #wakeAsBefore(record: PushGrantRecord, options: Options): Promise<void> {
    const value = await this.#store.get(...WAKE, options)
    if (value === undefined) return
    // What is read here was written here.
    await this.wakeBy(record, value as JsonObject & WakeSubscription, options).catch((error: unknown) => {
      if (!isUportError(error)) throw error
    })
  }

  /** Opens the identity that a grant belongs to. */
  identityOf(record: PushGrantRecord, options?: Options): Promise<Identity> {
    return this.#identity(record.did, options)
  }

  /** Calls back whenever a grant was made or taken back in this process. @returns stops it */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed)
    return () => this.#watchers.delete(changed)
  }

  #changed(): void {
    for (const watcher of [...this.#watchers]) watcher()
  }

  /** A whole number from 0 to below `limit`. */
  #chance(limit: number): number {
    const bytes = this.#randomBytes(4)
    return Math.floor((new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) / 2 ** 32) * limit)
  }
}

/** What the server takes of a subscription; browsers say more. */
const plain = ({ endpoint, keys }: WakeSubscription) => ({
  endpoint,
  keys: { p256dh: keys.p256dh, auth: keys.auth },
})

/** What is read here was written here: anything else is a damaged store. */
function readRecord(value: Json): PushGrantRecord {
  const { id, did, audience, expiresAt } = value as JsonObject
  if (typeof id !== 'string' || typeof did !== 'string' || typeof audience !== 'string') throw damaged()
  if (typeof expiresAt !== 'number') throw damaged()
  return { id, did, audience, expiresAt }
}

const damaged = (): Error => new Error('push-grants: the wallet’s store is damaged; restore it')

/** The name of a grant's box key. */
export function boxKeyName({ id }: PushGrantRecord): string {
  return `push/${id}`
}
