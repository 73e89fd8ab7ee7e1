import { AbstractKeyStore, type RawPublicKey, type RawSignature, type SignContext } from '@uport-kit/core'
import { refusedBy, type SignPolicy } from './sign-policy.ts'
import type { Pkcs11 } from './soft-hsm.ts'

/** Keys in a device that speaks PKCS#11. A key's id is its label. */
export class HsmKeyStore extends AbstractKeyStore {
  readonly #hsm: Pkcs11
  readonly #policy: SignPolicy | undefined

  private constructor(hsm: Pkcs11, policy: SignPolicy | undefined) {
    super()
    this.#hsm = hsm
    this.#policy = policy
  }

  /** Logs in for as long as the process runs. The PIN is not kept. */
  static async open(hsm: Pkcs11, pin: string, policy?: SignPolicy): Promise<HsmKeyStore> {
    await hsm.C_Login(await hsm.C_OpenSession(), pin)
    return new HsmKeyStore(hsm, policy)
  }

  protected override loadPublicKey(keyId: string): Promise<RawPublicKey | undefined> {
    return this.#inSession(async (session) => {
      const [key] = await this.#hsm.C_FindObjects(session, { class: 'CKO_PUBLIC_KEY', label: keyId })
      if (key === undefined) return undefined
      return { spki: await this.#hsm.C_GetAttributeValue(session, key, 'CKA_PUBLIC_KEY_INFO') }
    })
  }

  protected override async signDigest(
    keyId: string,
    digest: Uint8Array,
    context: SignContext,
  ): Promise<RawSignature> {
    const reason = this.#policy?.(context)
    if (reason !== undefined) throw refusedBy(keyId, reason)
    return this.#inSession(async (session) => {
      const [key] = await this.#hsm.C_FindObjects(session, { class: 'CKO_PRIVATE_KEY', label: keyId })
      if (key === undefined) throw refusedBy(keyId, 'this user has no right to sign with it')
      await this.#hsm.C_SignInit(session, 'CKM_ECDSA', key)
      return { der: await this.#hsm.C_Sign(session, digest) }
    })
  }

  /** A session signs one thing at a time, so each call has its own. */
  async #inSession<T>(work: (session: number) => Promise<T>): Promise<T> {
    const session = await this.#hsm.C_OpenSession()
    try {
      return await work(session)
    } finally {
      await this.#hsm.C_CloseSession(session)
    }
  }
}
