import { equalBytes } from '../bytes/equal.ts'
import { keccak256, sha256 } from '../bytes/hash.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import type { KeyImporter, KeyManager, KeyStore } from '../ports/key-store.ts'
import type { ConformanceCase } from './conformance-case.ts'
import { check } from './conformance-tools.ts'
import {
  isLowS,
  isSignatureOf,
  jwtToSign,
  messageToSign,
  publicKeyOf,
  recovers,
  sign,
} from './sign-and-check.ts'

/** A store with one key in it. */
export interface KeyStoreSubject {
  readonly store: KeyStore
  /** A key that the store holds and may sign anything with. */
  readonly keyId: string
  /** The administrator's side, where the store has one. */
  readonly manager?: KeyManager | undefined
  readonly importer?: KeyImporter | undefined
  /**
   * The same store over a device that the case controls, with one key under `keyId`: proves what the store makes of a
   * device's answers. Absent where there is no device, or none that can be replaced.
   */
  readonly overDevice?: ((device: KeyDevice) => KeyStore | Promise<KeyStore>) | undefined
}

/** A device with one key, as an HSM or a cloud's KMS answers. Hand on what it says as your device would. */
export interface KeyDevice {
  /** DER of SubjectPublicKeyInfo (RFC 5480). */
  readonly spki: Uint8Array
  /** Signs 32 bytes as they are: what should be DER of ECDSA-Sig-Value (RFC 3279, section 2.2.3). */
  sign(digest: Uint8Array): Uint8Array
}

/** Names that a table made of a plain object would take for keys it holds. */
export const PROTOTYPE_NAMES: readonly string[] = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
]

/** How many digests are signed where one could come out right by chance. */
const MANY = 12

/** What every KeyStore must do. */
export const keyStoreCases: readonly ConformanceCase<KeyStoreSubject>[] = [
  {
    id: 'KS-01',
    since: '1.0.0',
    title: 'names its key',
    proves: 'get returns the id it was asked for, the type and a compressed point of the curve',
    matters:
      'Every token and every transaction names this key: an id or a form that differs makes them somebody else’s.',
    nextStep:
      'Return { keyId, type: "secp256k1", publicKey } with 33 bytes; AbstractKeyStore converts SPKI and long points.',
    async run({ store, keyId }, tools) {
      const info = await tools.within(store.get(keyId), 'get')
      check(info?.keyId === keyId, 'get must return the id it was asked for')
      check(info.type === 'secp256k1', 'the type must be secp256k1')
      await publicKeyOf(store, keyId, tools)
    },
  },
  {
    id: 'KS-02',
    since: '1.0.0',
    title: 'knows no key of an unknown id',
    proves: 'get answers undefined instead of an error or another key',
    matters:
      'An application asks for a key by name: an answer that is another key signs in with the wrong identity.',
    nextStep: 'Map the device’s “not found” to undefined; a store has no default key.',
    async run({ store }, tools) {
      const info = await tools.within(store.get(tools.uniqueName('unknown')), 'get')
      check(info === undefined, 'get of an unknown id must be undefined')
    },
  },
  {
    id: 'KS-03',
    since: '1.0.0',
    title: 'signs the digest with its key',
    proves: 'the signature verifies with the public key that get returns, over the very digest',
    matters: 'A signature over anything else fails at whoever verifies it, long after it was made.',
    nextStep: 'See that the device takes the digest as it is and does not hash it again.',
    async run({ store, keyId }, tools) {
      const wanted = jwtToSign()
      const publicKey = await publicKeyOf(store, keyId, tools)
      const signature = await sign(store, keyId, wanted, tools)
      check(
        isSignatureOf(signature, wanted.digest, publicKey),
        'the signature must be 32 + 32 bytes and verify',
      )
    },
  },
  {
    id: 'KS-04',
    since: '1.0.0',
    title: 'signs with low s',
    proves: 'no signature is malleable: s is in the lower half of the order (BIP-62), which Ethereum demands',
    matters:
      'Verifiers of Ethereum refuse high s, and about half of all signatures have it: logins fail at random.',
    nextStep: 'Replace a high s by the order minus s and flip the recovery id; AbstractKeyStore does both.',
    async run({ store, keyId }, tools) {
      for (let n = 0; n < MANY; n++) {
        const wanted = jwtToSign(`low.${n}`)
        const signature = await sign(store, keyId, wanted, tools)
        check(isLowS(signature), 's must be in the lower half of the order')
      }
    },
  },
  {
    id: 'KS-05',
    since: '1.0.0',
    title: 'gives the recovery id that leads back to its key',
    proves: 'ES256K-R tokens and Ethereum signatures of this store are attributed to its key',
    matters:
      'Whoever recovers the signer finds another address: the answer is refused, or believed of a stranger.',
    nextStep: 'Recover with 0 and with 1 and keep the one that gives the public key.',
    async run({ store, keyId }, tools) {
      const publicKey = await publicKeyOf(store, keyId, tools)
      for (let n = 0; n < MANY; n++) {
        const wanted = jwtToSign(`recover.${n}`)
        const signature = await sign(store, keyId, wanted, tools)
        check(recovers(signature, wanted.digest, publicKey), 'the recovery id must lead back to the key')
      }
    },
  },
  {
    id: 'KS-06',
    since: '1.0.0',
    title: 'signs Keccak-256 digests too',
    proves: 'the store can sign Ethereum messages, not only tokens',
    matters:
      'Transactions, personal messages and typed data are hashed with Keccak-256; a store without it does logins only.',
    nextStep: 'Compute the expected digest by context.hash.',
    async run({ store, keyId }, tools) {
      const wanted = messageToSign('hello')
      const publicKey = await publicKeyOf(store, keyId, tools)
      const signature = await sign(store, keyId, wanted, tools)
      check(isSignatureOf(signature, wanted.digest, publicKey), 'the signature must verify')
    },
  },
  {
    id: 'KS-07',
    since: '1.0.0',
    title: 'refuses a digest that is not the hash of the preimage',
    proves: 'what is shown or judged by a policy is what is signed',
    matters:
      'A page shows a harmless text and has a transfer signed: the digest alone tells nobody what it is.',
    nextStep: 'Hash context.preimage and compare before the key is used.',
    async run({ store, keyId }, tools) {
      const { context } = jwtToSign('shown')
      const { digest } = jwtToSign('signed')
      await tools.refuses(
        store.sign(keyId, digest, context),
        ['KEY_DIGEST_MISMATCH'],
        'a digest of other bytes',
      )
    },
  },
  {
    id: 'KS-08',
    since: '1.0.0',
    title: 'refuses a digest made with another hash',
    proves: 'the hash is the one that the context names',
    matters: 'A policy that reads one digest as two kinds of message can be led around by choosing the kind.',
    nextStep: 'Choose the hash by context.hash, not by what fits.',
    async run({ store, keyId }, tools) {
      const { context } = jwtToSign()
      const digest = keccak256(context.preimage)
      await tools.refuses(
        store.sign(keyId, digest, context),
        ['KEY_DIGEST_MISMATCH'],
        'a digest by another hash',
      )
    },
  },
  {
    id: 'KS-09',
    since: '1.0.0',
    title: 'refuses a digest that is not 32 bytes',
    proves: 'nothing is padded or cut before it is signed',
    matters: 'A padded or shortened digest is another message, which nobody has agreed to.',
    nextStep: 'Check the length first.',
    async run({ store, keyId }, tools) {
      const { digest, context } = jwtToSign()
      for (const wrong of [digest.slice(0, 31), new Uint8Array(0), new Uint8Array(33)]) {
        await tools.rejection(store.sign(keyId, wrong, context), `sign of ${wrong.length} bytes`)
      }
    },
  },
  {
    id: 'KS-10',
    since: '1.0.0',
    title: 'refuses to sign with an unknown key',
    proves: 'an unknown key is told apart from a failing device, and no other key stands in',
    matters:
      'An operator needs to know whether a name is mistyped or a device is down; a key that stands in signs as somebody else.',
    nextStep: 'Throw KEY_NOT_FOUND where get would answer undefined.',
    async run({ store }, tools) {
      const { digest, context } = jwtToSign()
      const unknown = tools.uniqueName('unknown')
      await tools.refuses(store.sign(unknown, digest, context), ['KEY_NOT_FOUND'], 'sign with an unknown key')
    },
  },
  {
    id: 'KS-11',
    since: '1.0.0',
    title: 'takes names of an object’s prototype for unknown keys',
    proves: 'key ids from outside reach no property of the store’s table',
    matters:
      'Key ids come from requests and files: one named like a property would reach code instead of a key.',
    nextStep: 'Keep keys in a Map.',
    async run({ store }, tools) {
      const { digest, context } = jwtToSign()
      for (const name of PROTOTYPE_NAMES) {
        const info = await tools.within(store.get(name), `get of ${JSON.stringify(name)}`)
        check(info === undefined, `get of ${JSON.stringify(name)} must be undefined`)
        await tools.refuses(
          store.sign(name, digest, context),
          ['KEY_NOT_FOUND'],
          `sign with ${JSON.stringify(name)}`,
        )
      }
    },
  },
  {
    id: 'KS-12',
    since: '1.0.0',
    title: 'honours an aborted signal',
    proves: 'a cancelled exchange asks no device and no person for a signature',
    matters:
      'A person who has cancelled would still be asked to press a button, and the signature would exist.',
    nextStep: 'Begin with options.signal?.throwIfAborted().',
    async run({ store, keyId }, tools) {
      const { digest, context } = jwtToSign()
      await tools.honoursAbort((signal) => store.get(keyId, { signal }), 'get')
      await tools.honoursAbort((signal) => store.sign(keyId, digest, context, { signal }), 'sign')
    },
  },
  {
    id: 'KS-13',
    since: '1.0.0',
    title: 'signs concurrently',
    proves: 'calls that meet do not get one another’s signatures',
    matters: 'Two people who sign in at one moment would get one another’s signatures.',
    nextStep: 'Keep no state between calls, or queue them.',
    async run({ store, keyId }, tools) {
      const publicKey = await publicKeyOf(store, keyId, tools)
      const items = Array.from({ length: MANY }, (_, n) => jwtToSign(`concurrent.${n}`))
      const signing = items.map(({ digest, context }) => store.sign(keyId, digest.slice(), context))
      const signatures = await tools.within(Promise.all(signing), 'concurrent signing')
      for (const [n, signature] of signatures.entries()) {
        const digest = items[n]?.digest ?? new Uint8Array(0)
        check(isSignatureOf(signature, digest, publicKey), 'each signature must be over its own digest')
      }
    },
  },
  {
    id: 'KS-14',
    since: '1.0.0',
    title: 'leaves what it is given unchanged',
    proves: 'a caller may use digest and preimage again',
    matters:
      'The caller builds the token from the bytes that it gave: changed ones no longer fit the signature.',
    nextStep: 'Copy before you wipe or reverse bytes.',
    async run({ store, keyId }, tools) {
      const { digest, context } = jwtToSign()
      const before = [[...digest], [...context.preimage]]
      await tools.within(store.sign(keyId, digest, context), 'sign')
      const after = [[...digest], [...context.preimage]]
      check(JSON.stringify(after) === JSON.stringify(before), 'digest and preimage must be as they were')
    },
  },
  {
    id: 'KS-15',
    since: '1.0.0',
    title: 'returns fresh bytes',
    proves: 'a caller that changes a result changes nothing in the store',
    matters: 'A caller that wipes its copy would change the key that everybody else is told.',
    nextStep: 'Return copies of the public key and of signatures.',
    async run({ store, keyId }, tools) {
      const first = await publicKeyOf(store, keyId, tools)
      const before = first.slice()
      first.fill(0)
      check(equalBytes(await publicKeyOf(store, keyId, tools), before), 'the public key must be as it was')
    },
  },
  {
    id: 'KS-16',
    since: '1.0.0',
    title: 'signs the digest as it was when it was called',
    proves: 'nobody swaps the digest between the check and the signature',
    matters: 'Between check and signature the caller could put in the digest of a transfer.',
    nextStep: 'Copy the digest before the first await.',
    async run({ store, keyId }, tools) {
      const publicKey = await publicKeyOf(store, keyId, tools)
      const { digest, context } = jwtToSign()
      const called = digest.slice()
      const signing = store.sign(keyId, digest, context)
      digest.set(sha256(encodeUtf8('swapped')))
      const outcome = await tools.within(
        signing.catch(() => undefined),
        'sign',
      )
      if (outcome === undefined) return
      check(
        isSignatureOf(outcome, called, publicKey),
        'the signature must be over the digest that was checked',
      )
    },
  },
]
