import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  derivedBoxKeys,
  encodeHex,
  encodeUtf8,
  type KeyStore,
  keccak256,
  MemoryKeyStore,
  memoryBoxKeys,
  type SignContext,
  sealBox,
  sha256,
} from '@uport-kit/core'
import { KeyStoreSigner, MnemonicKeyStore, type SignerLike, signerKeyStore } from '@uport-kit/core/ethereum'
import { openFileBoxKeys, openFileKeyStore } from '@uport-kit/key-store-file'
import { Wallet } from 'ethers'
import { AWS_CREDENTIALS } from '../../../packages/key-store-kms/test-support/aws-double.ts'
import { GCP_TOKEN } from '../../../packages/key-store-kms/test-support/gcp-double.ts'
import type { Fault } from '../../../packages/key-store-kms/test-support/http-double.ts'
import { awsManager, awsParty, gcpParty } from '../../../packages/key-store-kms/test-support/parties.ts'
import { type Canaries, failureOf } from '../canaries.ts'
import { rowsOf } from '../canary-row.ts'

const WORDS = 'legal winner thank year wave sausage worth useful legal winner thank yellow'

function secretOf(name: string): Uint8Array {
  return sha256(encodeUtf8(`canary ${name}`))
}

/** Something to sign whose digest and content nobody may see. */
export function toSign(canaries: Canaries, hash: SignContext['hash'] = 'sha256') {
  const text = canaries.text('the claim', `canary claim ${canaries.size} of somebody`)
  const preimage = encodeUtf8(text)
  const digest = canaries.bytes('the digest', hash === 'sha256' ? sha256(preimage) : keccak256(preimage))
  return { digest, context: { purpose: 'jwt', hash, preimage, preview: { text } } as SignContext }
}

/** What every store refuses: an unknown key, a digest of something else, a digest of no length, an aborted call. */
async function refusals(store: KeyStore, keyId: string, canaries: Canaries): Promise<unknown[]> {
  const { digest, context } = toSign(canaries)
  const other = canaries.bytes('another digest', sha256(digest))
  return Promise.all([
    failureOf(() => store.sign('nobody', digest, context)),
    failureOf(() => store.sign(keyId, other, context)),
    failureOf(() => store.sign(keyId, digest.slice(1), context)),
    failureOf(() => store.sign(keyId, digest, context, { signal: AbortSignal.abort() })),
  ])
}

export const coreKeyRows = rowsOf('core', {
  async 'MemoryKeyStore, and keys that are none'(canaries) {
    const store = new MemoryKeyStore()
    const privateKey = canaries.bytes('the private key', secretOf('memory'))
    await store.import(privateKey, { keyId: 'key' })
    const long = canaries.bytes('33 bytes', new Uint8Array(33).fill(0xa7))
    const order = canaries.bytes('a number beyond the order', new Uint8Array(32).fill(0xff))
    return [
      store,
      ...(await refusals(store, 'key', canaries)),
      await failureOf(() => store.import(long)),
      await failureOf(() => store.import(order)),
      await failureOf(() => store.import(privateKey, { keyId: 'key' })),
    ]
  },
  async 'MnemonicKeyStore, and words that are none'(canaries) {
    const passphrase = canaries.text('the 25th word', 'canary passphrase of the words')
    canaries.text('the words', WORDS)
    const privateKey = Wallet.fromPhrase(WORDS).privateKey
    canaries.bytes('the first account', Buffer.from(privateKey.slice(2), 'hex'))
    const store = await MnemonicKeyStore.fromWords(WORDS, { keyIds: ["m/44'/60'/0'/0/0"] })
    const wrong = WORDS.replace('yellow', 'zebra')
    return [
      store,
      ...(await refusals(store, "m/44'/60'/0'/0/0", canaries)),
      await failureOf(() => MnemonicKeyStore.fromWords(wrong, { passphrase })),
      await failureOf(() =>
        MnemonicKeyStore.fromWords(`${WORDS} ${canaries.text('a 13th word', 'canarythirteen')}`),
      ),
      await failureOf(() => MnemonicKeyStore.fromWords(WORDS, { keyIds: ['m/x'], passphrase })),
    ]
  },
  async 'signerKeyStore over a wallet, and over a signer whose errors quote everything'(canaries) {
    const secret = canaries.bytes('the private key', secretOf('signer'))
    const wallet = new Wallet(`0x${encodeHex(secret)}`)
    const store = await signerKeyStore(wallet, { keyId: 'key' })
    const { digest, context } = toSign(canaries, 'keccak256')
    const quoting: SignerLike = {
      getAddress: () => wallet.getAddress(),
      signMessage: (message) => wallet.signMessage(message),
      signTypedData: async () => '0x',
      signTransaction: async (transaction) => {
        throw new Error(
          `cannot sign ${encodeHex(digest)} with ${wallet.privateKey}: ${JSON.stringify(transaction)}`,
        )
      },
    }
    const shown = await signerKeyStore(quoting, { keyId: 'key' })
    const transfer = keccak256(context.preimage)
    return [
      store,
      ...(await refusals(store, 'key', canaries)),
      await failureOf(() => shown.sign('key', digest, context)),
      await failureOf(() => shown.sign('key', transfer, { ...context, purpose: 'transaction' })),
      await failureOf(() => shown.sign('key', transfer, { ...context, purpose: 'typed-data' })),
      await failureOf(() => new KeyStoreSigner(store, 'nobody').signMessage(context.preimage)),
    ]
  },
  async 'box keys, and boxes that they do not open'(canaries) {
    const secret = canaries.bytes('the secret', secretOf('derived'))
    const derived = derivedBoxKeys(secret)
    const memory = memoryBoxKeys({
      randomBytes: (length) => canaries.bytes('a box secret', secretOf(`box ${length}`).slice(0, length)),
    })
    const publicKey = await memory.publicKey('inbox')
    const text = canaries.text('what was sealed', 'canary text that was sealed')
    const box = sealBox(text, publicKey)
    const bent = { ...box, ciphertext: box.ciphertext.replace(/^..../, 'AAAA') }
    return [
      derived,
      memory,
      await failureOf(() => memory.open('inbox', bent)),
      await failureOf(() => memory.open('nobody', box)),
      await failureOf(() => memory.open('inbox', { ...box, nonce: text })),
      await failureOf(() => derived.open('request', box)),
      await failureOf(() => derivedBoxKeys(secret.slice(0, 16))),
    ]
  },
})

export const fileStoreRows = rowsOf('key-store-file', {
  async 'wrong passphrases, damaged files, locked directories'(canaries) {
    const directory = await mkdtemp(join(tmpdir(), 'uport-canary-'))
    try {
      return await fileFailures(directory, canaries)
    } finally {
      await chmod(directory, 0o700)
      await rm(directory, { recursive: true, force: true })
    }
  },
})

async function fileFailures(directory: string, canaries: Canaries): Promise<unknown[]> {
  const scrypt = { n: 2 }
  const passphrase = canaries.text('the passphrase', 'canary passphrase, the right one')
  const wrong = canaries.text('a wrong passphrase', 'canary passphrase, a wrong one')
  const secret = canaries.bytes('the private key', secretOf('file'))
  const store = await openFileKeyStore({ directory, passphrase, scrypt })
  await store.import(secret, { keyId: 'key' })
  const box = await openFileBoxKeys({ directory, passphrase, scrypt })
  const publicKey = await box.publicKey('inbox')
  const json = await store.exportKeystoreJson('key', passphrase)
  const { digest, context } = toSign(canaries)
  const locked = await openFileKeyStore({ directory, passphrase: wrong, scrypt })
  const lockedBox = await openFileBoxKeys({ directory, passphrase: wrong, scrypt })
  const quoting = await openFileKeyStore({
    directory,
    scrypt,
    passphrase: async () => {
      throw Object.assign(new Error(`the vault did not take ${passphrase}`), { code: 'EVAULT' })
    },
  })
  const sealed = sealBox(canaries.text('what was sealed', 'canary text in a box'), publicKey)
  const seen = [
    store,
    box,
    ...(await refusals(store, 'key', canaries)),
    await failureOf(() => locked.sign('key', digest, context)),
    await failureOf(() => locked.unlock('key')),
    await failureOf(() => quoting.sign('key', digest, context)),
    await failureOf(() => lockedBox.open('inbox', sealed)),
    await failureOf(() => store.changePassphrase('key', wrong, passphrase)),
    await failureOf(() => store.import(secret, { keyId: 'key' })),
    await failureOf(() => store.import(secret.slice(1))),
    await failureOf(() => store.importKeystoreJson(json, wrong)),
    await failureOf(() => store.importKeystoreJson(json.slice(0, -20) + encodeHex(secret), passphrase)),
    await failureOf(() => store.importKeystoreJson(encodeHex(secret), passphrase)),
    await failureOf(() => openFileKeyStore({ directory, passphrase: '', scrypt })),
  ]
  for (const name of await readdir(directory)) {
    if (name.endsWith('.json')) await writeFile(join(directory, name), `${encodeHex(secret)} ${passphrase}`)
  }
  const damaged = await openFileKeyStore({ directory, passphrase, scrypt })
  seen.push(await failureOf(() => damaged.sign('key', digest, context)))
  await chmod(directory, 0o777)
  seen.push(await failureOf(() => openFileKeyStore({ directory, passphrase, scrypt })))
  return seen
}

const FAULTS: readonly Fault[] = [
  'access-denied',
  'credentials',
  'garbage-der',
  'hang',
  'huge',
  'no-member',
  'not-json',
  'other-key',
  'redirect',
  'reset',
  'server-error',
  'throttle',
  'trailing-der',
  'truncated',
]

export const kmsRows = rowsOf(
  'key-store-kms',
  Object.fromEntries(
    [awsParty, gcpParty].flatMap((start) =>
      FAULTS.map((fault) => [
        `${start === awsParty ? 'AWS' : 'Google Cloud'}: ${fault}`,
        async (canaries: Canaries) => {
          const party = await start()
          try {
            canaries.text('the AWS secret', AWS_CREDENTIALS.secretAccessKey)
            canaries.text('the Google token', GCP_TOKEN)
            const key = party.add('secp256k1', 'login/1')
            canaries.bytes('the private key', Buffer.from(key.secretHex, 'hex'))
            const { digest, context } = toSign(canaries)
            // Long enough for a second attempt, and no longer.
            const deadline = fault === 'hang' ? 18 : 1
            const known = party.open({ deadline })
            await known.get('login/1')
            party.double.faults = () => fault
            const fail = (work: () => Promise<unknown>) => party.clock.drive(failureOf(work), party.double)
            const fresh = party.open({ deadline })
            return [
              fresh,
              await fail(() => known.sign('login/1', digest, context)),
              await party.clock.drive(
                fresh.get('login/1').catch((error: unknown) => error),
                party.double,
              ),
            ]
          } finally {
            await party.double.close()
          }
        },
      ]),
    ),
  ),
)

export const kmsManagerRows = rowsOf('key-store-kms', {
  async 'AWS: the administrator is refused everything'(canaries) {
    canaries.text('the AWS secret', AWS_CREDENTIALS.secretAccessKey)
    const { double, clock, manager } = await awsManager()
    try {
      double.faults = () => 'access-denied'
      const listAll = async () => {
        for await (const _ of manager.list()) throw new Error('nothing to list')
      }
      const fail = (work: () => Promise<unknown>) => clock.drive(failureOf(work), double)
      return [
        manager,
        await fail(() => manager.create({ keyId: 'key' })),
        await fail(() => manager.delete('key')),
        await fail(listAll),
      ]
    } finally {
      await double.close()
    }
  },
})
