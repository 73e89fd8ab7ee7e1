import { equalBytes } from '../bytes/equal.ts'
import { decodeHex, encodeHex } from '../bytes/hex.ts'
import type { KeyImporter, KeyManager, PublicKeyInfo } from '../ports/key-store.ts'
import type { ConformanceCase } from './conformance-case.ts'
import { check } from './conformance-tools.ts'
import type { KeyStoreSubject } from './key-store-cases.ts'
import { isSignatureOf, jwtToSign, publicKeyOf, sign } from './sign-and-check.ts'

/** The private key 1 and its public key: the generator of secp256k1 (SEC 2, section 2.4.1). */
const ONE = '0000000000000000000000000000000000000000000000000000000000000001'
const GENERATOR = '0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'

const needsManager = ({ manager }: KeyStoreSubject): string | undefined =>
  manager === undefined ? 'the store has no KeyManager' : undefined
const needsImporter = ({ importer }: KeyStoreSubject): string | undefined =>
  importer === undefined ? 'the store has no KeyImporter' : undefined

/** What a KeyStore must do that is a KeyManager or a KeyImporter too; skipped where it is not. */
export const keyManagerCases: readonly ConformanceCase<KeyStoreSubject>[] = [
  {
    id: 'KM-01',
    since: '1.0.0',
    title: 'creates a key that signs',
    proves: 'a created key is found by get and signs for the public key that create returned',
    matters:
      'An identity is registered for the key that create returned; if another one signs, nobody can log in.',
    nextStep: 'See that create resolves only after the key is stored.',
    skip: needsManager,
    async run(subject, tools) {
      const created = await tools.within(managerOf(subject).create(), 'create')
      const stored = await publicKeyOf(subject.store, created.keyId, tools)
      check(equalBytes(stored, created.publicKey), 'the stored key must be the one that create returned')
      const wanted = jwtToSign()
      const signature = await sign(subject.store, created.keyId, wanted, tools)
      check(isSignatureOf(signature, wanted.digest, created.publicKey), 'the created key must sign')
    },
  },
  {
    id: 'KM-02',
    since: '1.0.0',
    title: 'creates another key each time',
    proves: 'keys are random and ids do not collide',
    matters: 'Two people with one key are one person to every app.',
    nextStep: 'Draw fresh random bytes for each key.',
    skip: needsManager,
    async run(subject) {
      const keys = [await managerOf(subject).create(), await managerOf(subject).create()]
      check(keys[0]?.keyId !== keys[1]?.keyId, 'two created keys must have two ids')
      check(hexOf(keys[0]) !== hexOf(keys[1]), 'two created keys must differ')
    },
  },
  {
    id: 'KM-03',
    since: '1.0.0',
    title: 'takes the id it is given, and never twice',
    proves: 'no key is replaced by creating one of its id',
    matters: 'A replaced key is lost, and with it every identity that it controls.',
    nextStep: 'Reserve the id atomically; throw KEY_EXISTS.',
    skip: needsManager,
    async run(subject, tools) {
      const keyId = tools.uniqueName('key')
      const created = await tools.within(managerOf(subject).create({ keyId }), 'create')
      check(created.keyId === keyId, 'create must take the id it is given')
      await tools.refuses(managerOf(subject).create({ keyId }), ['KEY_EXISTS'], 'create with an id in use')
      const stored = await publicKeyOf(subject.store, keyId, tools)
      check(equalBytes(stored, created.publicKey), 'the first key must stay')
    },
  },
  {
    id: 'KM-04',
    since: '1.0.0',
    title: 'creates one key where two calls want the same id',
    proves: 'the check and the creation are one step',
    matters: 'Two processes that start together would each hold a key for one name, and one of them is lost.',
    nextStep: 'Let the storage refuse the second one: exclusive create, unique index.',
    skip: needsManager,
    async run(subject, tools) {
      const keyId = tools.uniqueName('key')
      const calls = [managerOf(subject).create({ keyId }), managerOf(subject).create({ keyId })]
      const outcomes = await tools.within(Promise.allSettled(calls), 'concurrent create')
      const created = outcomes.filter((outcome) => outcome.status === 'fulfilled')
      check(created.length === 1, `one of two must succeed, and ${created.length} did`)
      const stored = await publicKeyOf(subject.store, keyId, tools)
      const returned = created[0]?.value.publicKey ?? new Uint8Array(0)
      check(equalBytes(stored, returned), 'the stored key must be the one that was returned')
    },
  },
  {
    id: 'KM-05',
    since: '1.0.0',
    title: 'deletes for good',
    proves: 'a deleted key is neither found nor used',
    matters: 'A key that was given up after a theft would go on signing.',
    nextStep: 'Drop the key from every cache as well.',
    skip: needsManager,
    async run(subject, tools) {
      const { keyId } = await tools.within(managerOf(subject).create(), 'create')
      await tools.within(managerOf(subject).delete(keyId), 'delete')
      check((await subject.store.get(keyId)) === undefined, 'get of a deleted key must be undefined')
      const { digest, context } = jwtToSign()
      await tools.refuses(
        subject.store.sign(keyId, digest, context),
        ['KEY_NOT_FOUND'],
        'sign with a deleted key',
      )
    },
  },
  {
    id: 'KM-06',
    since: '1.0.0',
    title: 'refuses to delete what it does not hold',
    proves: 'a mistyped id does not pass for a deletion',
    matters: 'Somebody believes that a compromised key is gone, and it is not.',
    nextStep: 'Throw KEY_NOT_FOUND.',
    skip: needsManager,
    async run(subject, tools) {
      const unknown = tools.uniqueName('unknown')
      await tools.refuses(managerOf(subject).delete(unknown), ['KEY_NOT_FOUND'], 'delete of an unknown key')
    },
  },
  {
    id: 'KM-07',
    since: '1.0.0',
    title: 'lists each key once',
    proves: 'the listing has what get finds, and nothing that was deleted',
    matters:
      'Backups and audits go by the list: a key that is missing there is never backed up, and never retired.',
    nextStep: 'List from the same place that get reads.',
    skip: needsManager,
    async run(subject, tools) {
      const kept = await managerOf(subject).create()
      const gone = await managerOf(subject).create()
      await managerOf(subject).delete(gone.keyId)
      const listed = (await tools.within(listAll(managerOf(subject)), 'list')).map(({ keyId }) => keyId)
      check(new Set(listed).size === listed.length, 'list must name each key once')
      check(listed.includes(kept.keyId) && listed.includes(subject.keyId), 'list must name every key')
      check(!listed.includes(gone.keyId), 'list must not name a deleted key')
    },
  },
  {
    id: 'KM-08',
    since: '1.0.0',
    title: 'honours an aborted signal',
    proves: 'a cancelled call creates and deletes nothing',
    matters: 'A call that was given up creates keys that nobody knows of, or deletes one that is in use.',
    nextStep: 'Begin with options.signal?.throwIfAborted().',
    skip: needsManager,
    async run(subject, tools) {
      const manager = managerOf(subject)
      const keyId = tools.uniqueName('key')
      await tools.honoursAbort((signal) => manager.create({ keyId, signal }), 'create')
      check((await subject.store.get(keyId)) === undefined, 'an aborted create must create nothing')
      await tools.honoursAbort((signal) => manager.delete(subject.keyId, { signal }), 'delete')
      await publicKeyOf(subject.store, subject.keyId, tools)
    },
  },
  {
    id: 'KM-09',
    since: '1.0.0',
    title: 'imports a key',
    proves: 'the stored key is the imported one, bit for bit, and the caller’s copy is left alone',
    matters: 'An account that is moved over must stay the same account, or its owner loses it.',
    nextStep: 'Read the 32 bytes big-endian, and copy them.',
    skip: needsImporter,
    async run(subject, tools) {
      const privateKey = bytesOf(ONE)
      const imported = await tools.within(importerOf(subject).import(privateKey), 'import')
      check(encodeHex(imported.publicKey) === GENERATOR, 'the public key must be that of the private key')
      check(encodeHex(privateKey) === ONE, 'the caller’s copy must be left alone')
      privateKey.fill(0)
      const wanted = jwtToSign()
      const signature = await sign(subject.store, imported.keyId, wanted, tools)
      check(isSignatureOf(signature, wanted.digest, bytesOf(GENERATOR)), 'the imported key must sign')
    },
  },
  {
    id: 'KM-10',
    since: '1.0.0',
    title: 'imports nothing that is no key',
    proves: 'zero, the order and wrong lengths are refused, and an id in use is',
    matters: 'A value that is no key cannot sign, and one key put over another is lost.',
    nextStep: 'Check the scalar before it is stored; throw KEY_INVALID.',
    skip: needsImporter,
    async run(subject, tools) {
      const importer = importerOf(subject)
      const order = bytesOf('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141')
      for (const wrong of [
        new Uint8Array(32),
        order,
        new Uint8Array(31).fill(1),
        new Uint8Array(33).fill(1),
      ]) {
        await tools.refuses(importer.import(wrong), ['KEY_INVALID'], 'import of bytes that are no key')
      }
      const taken = importer.import(bytesOf(ONE), { keyId: subject.keyId })
      await tools.refuses(taken, ['KEY_EXISTS'], 'import with an id in use')
    },
  },
]

function bytesOf(hex: string): Uint8Array {
  const bytes = decodeHex(hex)
  if (bytes === undefined) throw new TypeError('not hex')
  return bytes
}

function managerOf({ manager }: KeyStoreSubject): KeyManager {
  if (manager === undefined) throw new TypeError('this case needs a KeyManager')
  return manager
}

function importerOf({ importer }: KeyStoreSubject): KeyImporter {
  if (importer === undefined) throw new TypeError('this case needs a KeyImporter')
  return importer
}

async function listAll(manager: KeyManager): Promise<readonly PublicKeyInfo[]> {
  const keys: PublicKeyInfo[] = []
  for await (const key of manager.list()) keys.push(key)
  return keys
}

function hexOf(info: PublicKeyInfo | undefined): string {
  return info === undefined ? '' : encodeHex(info.publicKey)
}
