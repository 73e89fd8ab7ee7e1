import { generateKeyPairSync } from 'node:crypto'
import { secp256k1 } from '@noble/curves/secp256k1.js'

/** What of PKCS#11 (version 3.0) an application with the right to sign sees. Its user makes and deletes no key. */
export interface Pkcs11 {
  C_OpenSession(): Promise<number>
  C_CloseSession(session: number): Promise<void>
  /** Holds for every session of the application, until the last one is closed. */
  C_Login(session: number, pin: string): Promise<void>
  C_FindObjects(session: number, template: ObjectTemplate): Promise<readonly number[]>
  /** The key's SubjectPublicKeyInfo in DER. */
  C_GetAttributeValue(session: number, object: number, attribute: 'CKA_PUBLIC_KEY_INFO'): Promise<Uint8Array>
  /** A session does one thing at a time: begin here, end with C_Sign. */
  C_SignInit(session: number, mechanism: 'CKM_ECDSA', object: number): Promise<void>
  /** Signs 32 bytes as they are. The answer is DER, as many vendors' clients give it, with any s. */
  C_Sign(session: number, digest: Uint8Array): Promise<Uint8Array>
}

export interface ObjectTemplate {
  readonly class: 'CKO_PUBLIC_KEY' | 'CKO_PRIVATE_KEY'
  readonly label: string
}

/** A return value of the device other than CKR_OK. */
export class Pkcs11Error extends Error {
  override readonly name = 'Pkcs11Error'
  readonly code: string
  constructor(code: string) {
    super(`The device answered ${code}.`)
    this.code = code
  }
}

/** A key as the device holds it. */
export interface DeviceKey {
  /** SubjectPublicKeyInfo in DER. */
  readonly spki: Uint8Array
  /** ECDSA in DER over 32 bytes as they are. */
  sign(digest: Uint8Array): Uint8Array
}

/** A hardware security module in software, for trying out: its keys are in this process's memory. */
export class SoftHsm implements Pkcs11 {
  readonly #pin: string
  readonly #labels: readonly string[]
  /** The handle of a public key is even, its private key's is the next number. */
  readonly #keys: readonly DeviceKey[]
  /** What each session is signing with. */
  readonly #sessions = new Map<number, DeviceKey | undefined>()
  #handles = 0
  #loggedIn = false

  /** The ceremony that an administrator holds at the device itself: makes a key of secp256k1 for each label. */
  constructor(pin: string, labels: readonly string[], makeKey: () => DeviceKey = generateKey) {
    this.#pin = pin
    this.#labels = labels
    this.#keys = labels.map(() => makeKey())
  }

  async C_OpenSession(): Promise<number> {
    const session = ++this.#handles
    this.#sessions.set(session, undefined)
    return session
  }

  async C_CloseSession(session: number): Promise<void> {
    this.#open(session)
    this.#sessions.delete(session)
    if (this.#sessions.size === 0) this.#loggedIn = false
  }

  async C_Login(session: number, pin: string): Promise<void> {
    this.#open(session)
    if (pin !== this.#pin) throw new Pkcs11Error('CKR_PIN_INCORRECT')
    if (this.#loggedIn) throw new Pkcs11Error('CKR_USER_ALREADY_LOGGED_IN')
    this.#loggedIn = true
  }

  async C_FindObjects(session: number, template: ObjectTemplate): Promise<readonly number[]> {
    this.#open(session)
    const isPrivate = template.class === 'CKO_PRIVATE_KEY'
    if (isPrivate && !this.#loggedIn) return []
    const index = this.#labels.indexOf(template.label)
    return index < 0 ? [] : [2 * index + Number(isPrivate)]
  }

  async C_GetAttributeValue(session: number, object: number, _: 'CKA_PUBLIC_KEY_INFO'): Promise<Uint8Array> {
    this.#open(session)
    return this.#key(object, 0).spki.slice()
  }

  async C_SignInit(session: number, _mechanism: 'CKM_ECDSA', object: number): Promise<void> {
    if (this.#open(session) !== undefined) throw new Pkcs11Error('CKR_OPERATION_ACTIVE')
    if (!this.#loggedIn) throw new Pkcs11Error('CKR_USER_NOT_LOGGED_IN')
    this.#sessions.set(session, this.#key(object, 1))
  }

  async C_Sign(session: number, digest: Uint8Array): Promise<Uint8Array> {
    const key = this.#open(session)
    if (key === undefined) throw new Pkcs11Error('CKR_OPERATION_NOT_INITIALIZED')
    this.#sessions.set(session, undefined)
    if (digest.length !== 32) throw new Pkcs11Error('CKR_DATA_LEN_RANGE')
    return key.sign(digest)
  }

  #open(session: number): DeviceKey | undefined {
    if (!this.#sessions.has(session)) throw new Pkcs11Error('CKR_SESSION_HANDLE_INVALID')
    return this.#sessions.get(session)
  }

  #key(object: number, kind: 0 | 1): DeviceKey {
    const key = object % 2 === kind ? this.#keys[(object - kind) / 2] : undefined
    if (key === undefined) throw new Pkcs11Error('CKR_OBJECT_HANDLE_INVALID')
    return key
  }
}

function generateKey(): DeviceKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
  const secret = new Uint8Array(Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url'))
  return {
    spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
    sign: (digest) =>
      secp256k1.sign(digest, secret, { prehash: false, lowS: false, extraEntropy: true, format: 'der' }),
  }
}
