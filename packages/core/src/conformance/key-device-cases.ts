import { concatBytes } from '../bytes/concat.ts'
import { sha256 } from '../bytes/hash.ts'
import { decodeHex } from '../bytes/hex.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { createNobleEngine } from '../jwt/noble-engine.ts'
import type { KeyStore } from '../ports/key-store.ts'
import type { ConformanceCase } from './conformance-case.ts'
import { type ConformanceTools, check } from './conformance-tools.ts'
import { encodeDer, negateS } from './der-forms.ts'
import type { KeyDevice, KeyStoreSubject } from './key-store-cases.ts'
import { isLowS, isSignatureOf, jwtToSign, publicKeyOf, recovers, sign } from './sign-and-check.ts'

const engine = createNobleEngine()

const SPKI_SECP256K1 = '3056301006072a8648ce3d020106052b8104000a034200'
const SPKI_P256 = '3059301306072a8648ce3d020106082a8648ce3d030107034200'
/** The generator of P-256 (SEC 2, section 2.4.2). */
const POINT_P256 =
  '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296' +
  '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5'
const ORDER = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141'
/** A signature over the digest of `jwtToSign()` whose DER is 64 bytes long, because its s is 26; and its key. */
const SHORT_DER =
  '303e02203a1aec073d4f105d611872c4262481643c19d113438583eb53a8a767a72e7627021a6591487d8226346574329f336e35a7f3eebfab771e03321f3946'
const SHORT_DER_POINT =
  '042634584816c5829a897bb6207f82018844fae44d28e4c9994f2eeaf133aafc8a' +
  'f6b3b3343e0e3660a91d66599638838674928034d6e0272e1c4110a8fa5b3ae5'

const PRIVATE_KEY = sha256(encodeUtf8('a key of the conformance cases'))
const OTHER_KEY = sha256(encodeUtf8('another key of the conformance cases'))

const needsDevice = ({ overDevice }: KeyStoreSubject): string | undefined =>
  overDevice === undefined ? 'the store is not given over a device of the case’s own' : undefined

/** What a KeyStore over a device must make of the device's answers; skipped where the device cannot be replaced. */
export const keyDeviceCases: readonly ConformanceCase<KeyStoreSubject>[] = [
  {
    id: 'KD-01',
    since: '1.0.0',
    title: 'reads a device’s key and signatures',
    proves: 'SPKI and DER come out as a compressed point and a signature with low s that verifies',
    matters: 'These are the forms in which AWS, Google and HSMs answer.',
    nextStep: 'Extend AbstractKeyStore and return { spki } and { der }.',
    skip: needsDevice,
    async run(subject, tools) {
      const store = await over(
        subject,
        { spki: spkiOf(PRIVATE_KEY), sign: (digest) => der(digest, PRIVATE_KEY) },
        tools,
      )
      await signsWell(store, subject.keyId, tools)
    },
  },
  {
    id: 'KD-02',
    since: '1.0.0',
    title: 'turns a device’s high s into the low one',
    proves:
      'devices that know nothing of BIP-62 can be used, and the recovery id is that of the signature returned',
    matters: 'Most devices return either s: without this, half of the signatures are refused by Ethereum.',
    nextStep: 'Replace s by the order minus s first, then find the recovery id.',
    skip: needsDevice,
    async run(subject, tools) {
      const device = {
        spki: spkiOf(PRIVATE_KEY),
        sign: (digest: Uint8Array) => encodeDer(negateS(engine.sign(digest, PRIVATE_KEY))),
      }
      await signsWell(await over(subject, device, tools), subject.keyId, tools)
    },
  },
  {
    id: 'KD-03',
    since: '1.0.0',
    title: 'reads DER of 64 bytes as DER',
    proves: 'the form of a signature is not guessed from its length: short numbers make DER of 64 bytes',
    matters: 'A store that guesses works for years and then signs once with rubbish.',
    nextStep: 'Decide by what the device is documented to return, or by the tag; never by the length.',
    skip: needsDevice,
    async run(subject, tools) {
      const device = { spki: bytesOf(SPKI_SECP256K1 + SHORT_DER_POINT), sign: () => bytesOf(SHORT_DER) }
      await signsWell(await over(subject, device, tools), subject.keyId, tools)
    },
  },
  {
    id: 'KD-04',
    since: '1.0.0',
    title: 'refuses DER with bytes after its end',
    proves: 'a signature has one spelling, and a broken answer is not repaired by guessing',
    matters:
      'Lenient parsers disagree about what was signed, which is how malleability and forgeries came about elsewhere.',
    nextStep: 'Compare the length of the SEQUENCE with the length of what came; KEY_SIGNATURE_INVALID.',
    skip: needsDevice,
    async run(subject, tools) {
      for (const tail of [Uint8Array.of(0), Uint8Array.of(0x05, 0x00)]) {
        const device = {
          spki: spkiOf(PRIVATE_KEY),
          sign: (digest: Uint8Array) => concatBytes(der(digest, PRIVATE_KEY), tail),
        }
        await refusesToSign(subject, device, tools)
      }
    },
  },
  {
    id: 'KD-05',
    since: '1.0.0',
    title: 'refuses a signature by another key',
    proves: 'a device that mixes up its keys signs for nobody',
    matters: 'Keys share devices: a wrong handle would sign in as somebody else.',
    nextStep: 'Recover the key from the signature and compare it with the public key; KEY_SIGNATURE_INVALID.',
    skip: needsDevice,
    async run(subject, tools) {
      const device = { spki: spkiOf(PRIVATE_KEY), sign: (digest: Uint8Array) => der(digest, OTHER_KEY) }
      await refusesToSign(subject, device, tools)
    },
  },
  {
    id: 'KD-06',
    since: '1.0.0',
    title: 'refuses what is no signature',
    proves:
      'zero, the order, compact bytes in place of DER and nothing at all are told apart from a signature',
    matters: 'A failing or hostile device would have its bytes sent out as a signature of the person.',
    nextStep: 'Parse strictly, then verify before you return; KEY_SIGNATURE_INVALID.',
    skip: needsDevice,
    async run(subject, tools) {
      const [zero, order] = [new Uint8Array(32), bytesOf(ORDER)]
      for (const answer of [
        new Uint8Array(0),
        new Uint8Array(64).fill(1),
        encodeDer({ r: zero, s: zero }),
        encodeDer({ r: order, s: order }),
      ]) {
        await refusesToSign(subject, { spki: spkiOf(PRIVATE_KEY), sign: () => answer }, tools)
      }
    },
  },
  {
    id: 'KD-07',
    since: '1.0.0',
    title: 'refuses a key of another curve',
    proves: 'a P-256 key is found when it is set up, not when the first signature fails to verify',
    matters:
      'P-256 is the default of most key services: tokens by such a key verify nowhere in this protocol.',
    nextStep: 'Check the curve that the SPKI names, not only the length of the point; KEY_INVALID.',
    skip: needsDevice,
    async run(subject, tools) {
      const device = {
        spki: bytesOf(SPKI_P256 + POINT_P256),
        sign: (digest: Uint8Array) => der(digest, PRIVATE_KEY),
      }
      const store = await over(subject, device, tools)
      await tools.refuses(store.get(subject.keyId), ['KEY_INVALID'], 'get of a P-256 key')
      const { digest, context } = jwtToSign()
      await tools.refuses(
        store.sign(subject.keyId, digest, context),
        ['KEY_INVALID'],
        'sign with a P-256 key',
      )
    },
  },
]

async function over(
  { overDevice }: KeyStoreSubject,
  device: KeyDevice,
  tools: ConformanceTools,
): Promise<KeyStore> {
  if (overDevice === undefined) throw new TypeError('this case needs a store over a device')
  return await tools.within(Promise.resolve(overDevice(device)), 'overDevice')
}

async function signsWell(store: KeyStore, keyId: string, tools: ConformanceTools): Promise<void> {
  const wanted = jwtToSign()
  const publicKey = await publicKeyOf(store, keyId, tools)
  const signature = await sign(store, keyId, wanted, tools)
  check(isSignatureOf(signature, wanted.digest, publicKey), 'the signature must be 32 + 32 bytes and verify')
  check(isLowS(signature), 's must be in the lower half of the order')
  check(recovers(signature, wanted.digest, publicKey), 'the recovery id must lead back to the key')
}

async function refusesToSign(
  subject: KeyStoreSubject,
  device: KeyDevice,
  tools: ConformanceTools,
): Promise<void> {
  const store = await over(subject, device, tools)
  const { digest, context } = jwtToSign()
  await tools.refuses(store.sign(subject.keyId, digest, context), ['KEY_SIGNATURE_INVALID'], 'sign')
}

function der(digest: Uint8Array, privateKey: Uint8Array): Uint8Array {
  return encodeDer(engine.sign(digest, privateKey))
}

function spkiOf(privateKey: Uint8Array): Uint8Array {
  const point = engine.decompress(engine.publicKeyOf(privateKey))
  if (point === undefined) throw new TypeError('not a private key')
  return concatBytes(bytesOf(SPKI_SECP256K1), point)
}

function bytesOf(hex: string): Uint8Array {
  const bytes = decodeHex(hex)
  if (bytes === undefined) throw new TypeError('not hex')
  return bytes
}
