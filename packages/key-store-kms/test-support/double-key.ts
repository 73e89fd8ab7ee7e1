import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { secp256k1 } from '@noble/curves/secp256k1.js'

export type DoubleKeyKind = 'secp256k1' | 'p256' | 'rsa' | 'symmetric' | 'key-agreement'
export type DoubleKeyState = 'enabled' | 'disabled' | 'to-be-deleted' | 'creating' | 'odd'

/** A key inside a double. OpenSSL makes it and writes its SubjectPublicKeyInfo. */
export interface DoubleKey {
  readonly id: string
  readonly kind: DoubleKeyKind
  state: DoubleKeyState
  /** Empty for a symmetric key. */
  readonly spki: Uint8Array
  /** ECDSA over the digest as it is, with a random k, so that s is high half of the time; in DER. */
  readonly sign: (digest: Uint8Array) => Uint8Array
  /** For looking whether it shows up where it must not. */
  readonly secretHex: string
}

export function createDoubleKey(kind: DoubleKeyKind = 'secp256k1'): DoubleKey {
  const base = { id: randomUUID(), kind, state: 'enabled' as DoubleKeyState }
  if (kind === 'symmetric') return { ...base, spki: new Uint8Array(0), sign: refuse, secretHex: '' }
  if (kind === 'rsa') {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    return { ...base, spki: publicKey.export({ format: 'der', type: 'spki' }), sign: refuse, secretHex: '' }
  }
  const namedCurve = kind === 'p256' ? 'prime256v1' : 'secp256k1'
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve })
  const secret = Buffer.from(String(privateKey.export({ format: 'jwk' }).d), 'base64url')
  return {
    ...base,
    spki: publicKey.export({ format: 'der', type: 'spki' }),
    secretHex: secret.toString('hex'),
    sign: (digest) =>
      secp256k1.sign(digest, secret, { prehash: false, lowS: false, extraEntropy: true, format: 'der' }),
  }
}

/** A key that the `openssl` program signs with: node:crypto would hash the digest once more. */
export function createOpensslKey(): DoubleKey & { readonly remove: () => void } {
  const directory = mkdtempSync(join(tmpdir(), 'uport-kms-'))
  const file = join(directory, 'key.pem')
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
  writeFileSync(file, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 })
  return {
    id: randomUUID(),
    kind: 'secp256k1',
    state: 'enabled',
    spki: publicKey.export({ format: 'der', type: 'spki' }),
    secretHex: '',
    sign: (digest) => execFileSync('openssl', ['pkeyutl', '-sign', '-inkey', file], { input: digest }),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}

function refuse(): never {
  throw new Error('this key does not sign')
}
