import {
  type Clock,
  type Did,
  decodeJwt,
  foldDid,
  type JsonObject,
  type Options,
  sameDid,
  sha256Base64url,
  UportError,
  type VerifiableClaimSpec,
  type WalletStore,
} from '@uport-kit/core'
import { Collection } from './collection.ts'

/** A credential that was verified, and that the person wanted to keep. */
export interface CredentialRecord {
  /** base64url SHA-256 of what its issuer signed. */
  readonly id: string
  readonly jwt: string
  /** Folded. */
  readonly issuer: Did
  /** Folded. */
  readonly subject: Did
  readonly claim: JsonObject
  /** Unix seconds. */
  readonly issuedAt?: number | undefined
  /** Unix seconds; absent: it does not end. */
  readonly expiresAt?: number | undefined
  readonly receivedAt: number
}

export interface CredentialFilter {
  readonly subject?: string | undefined
  readonly issuer?: string | undefined
  /** Default false. */
  readonly expired?: boolean | undefined
}

/** A verified credential, as a flow hands it over. */
export interface NewCredential {
  readonly jwt: string
  readonly issuer: Did
  /** As written. */
  readonly subject: string
  readonly claim: JsonObject
}

/** What others say of the person. */
export class Credentials {
  readonly #records: Collection<CredentialRecord>
  readonly #clock: Clock
  readonly #max: number

  constructor(store: WalletStore, clock: Clock, max: number) {
    this.#records = new Collection(store, 'credentials')
    this.#clock = clock
    this.#max = max
  }

  get(id: string, options?: Options): Promise<CredentialRecord | undefined> {
    return this.#records.get(id, options)
  }

  /** Newest first; what has expired only where asked for. */
  async list(filter: CredentialFilter = {}, options?: Options): Promise<readonly CredentialRecord[]> {
    const { subject, issuer, expired = false } = filter
    const now = this.#clock.now()
    const records = await this.#records.list(options)
    return records
      .filter(
        (record) =>
          (subject === undefined || sameDid(record.subject, subject)) &&
          (issuer === undefined || sameDid(record.issuer, issuer)) &&
          (expired || record.expiresAt === undefined || record.expiresAt > now),
      )
      .sort(newestFirst)
  }

  /** The credentials about `subject` that answer what is asked: of that kind, and by one of its issuers where it names any. */
  async select(
    spec: Pick<VerifiableClaimSpec, 'type' | 'issuers'>,
    subject: string,
    options?: Options,
  ): Promise<readonly CredentialRecord[]> {
    const records = await this.list({ subject }, options)
    return records.filter(
      ({ claim, issuer }) =>
        Object.hasOwn(claim, spec.type) &&
        (spec.issuers.length === 0 || spec.issuers.some((accepted) => isSameDid(accepted, issuer))),
    )
  }

  /** Which of those kept a new one would replace: same issuer, subject and names of claims, and not newer. */
  async supersededBy(credential: NewCredential, options?: Options): Promise<readonly CredentialRecord[]> {
    return (await this.#rivals(credential, options)).filter((one) => !isNewer(one, credential.jwt))
  }

  /** Whether a newer one of the same issuer, subject and names of claims is kept already. */
  async isOutdated(credential: NewCredential, options?: Options): Promise<boolean> {
    return (await this.#rivals(credential, options)).some((one) => isNewer(one, credential.jwt))
  }

  /**
   * Keeps a credential that **was verified** and that the person accepted. It replaces older ones of the same issuer,
   * subject and names of claims; where a newer one of these is kept already, it is not kept.
   *
   * @returns whether it is kept now
   * @throws UportError `WALLET_FULL`
   */
  async keep(credential: NewCredential, options?: Options): Promise<boolean> {
    const rivals = await this.#rivals(credential, options)
    if (rivals.some((one) => isNewer(one, credential.jwt))) return false
    const id = credentialId(credential.jwt)
    const older = rivals.filter((one) => one.id !== id)
    const known = await this.#records.keys(options)
    if (!known.includes(id) && known.length - older.length >= this.#max) {
      throw new UportError('WALLET_FULL', 'The wallet holds too many credentials; delete some.', {
        data: { collection: this.#records.name, max: this.#max },
      })
    }
    const { iat, exp } = decodeJwt(credential.jwt).payload
    const record: CredentialRecord = {
      ...credential,
      id,
      issuer: foldDid(credential.issuer),
      subject: foldDid(credential.subject),
      issuedAt: typeof iat === 'number' ? iat : undefined,
      expiresAt: typeof exp === 'number' ? exp : undefined,
      receivedAt: this.#clock.now(),
    }
    await this.#records.put(id, record, options)
    // Last, so that a wallet that dies in between has one too many rather than none.
    for (const one of older) await this.#records.delete(one.id, options)
    return true
  }

  delete(id: string, options?: Options): Promise<boolean> {
    return this.#records.delete(id, options)
  }

  async #rivals(
    { issuer, subject, claim }: NewCredential,
    options?: Options,
  ): Promise<readonly CredentialRecord[]> {
    const names = namesOf(claim)
    const records = await this.list({ issuer, subject, expired: true }, options)
    return records.filter((record) => namesOf(record.claim) === names)
  }
}

/** What identifies a credential: what was signed, because its signature has two spellings. */
function credentialId(jwt: string): string {
  return sha256Base64url(decodeJwt(jwt).signingInput)
}

function isNewer({ issuedAt = 0 }: CredentialRecord, jwt: string): boolean {
  const { iat } = decodeJwt(jwt).payload
  return issuedAt > (typeof iat === 'number' ? iat : 0)
}

function namesOf(claim: JsonObject): string {
  return JSON.stringify(Object.keys(claim).sort())
}

function newestFirst(a: CredentialRecord, b: CredentialRecord): number {
  return (b.issuedAt ?? 0) - (a.issuedAt ?? 0) || (a.id < b.id ? -1 : 1)
}

/** A request may name anything for an issuer: what is no identifier is nobody. */
function isSameDid(written: string, did: Did): boolean {
  try {
    return sameDid(written, did)
  } catch {
    return false
  }
}
