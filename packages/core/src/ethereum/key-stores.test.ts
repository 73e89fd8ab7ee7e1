import {
  AbstractSigner,
  HDNodeWallet,
  JsonRpcProvider,
  Transaction,
  verifyMessage,
  verifyTypedData,
  Wallet,
} from 'ethers'
import { describe, expect, it } from 'vitest'
import { rejection } from '../../test-support/exchange-world.ts'
import { keccak256, sha256 } from '../bytes/hash.ts'
import { decodeHex } from '../bytes/hex.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { isUportError } from '../errors/uport-error.ts'
import { addressOf } from '../keys/address.ts'
import { MemoryKeyStore } from '../keys/memory-key-store.ts'
import type { KeyStore, SignContext } from '../ports/index.ts'
import { KeyStoreSigner } from './key-store-signer.ts'
import { MnemonicKeyStore, UPORT_PATH } from './mnemonic-key-store.ts'
import { PUBLIC_KEY_MESSAGE, type SignerLike, signerKeyStore } from './signer-key-store.ts'

const WORDS = 'test test test test test test test test test test test junk'
const FIRST = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266'
const TYPES = {
  Mail: [
    { name: 'contents', type: 'string' },
    { name: 'n', type: 'uint256' },
  ],
}
const TRANSACTION = {
  to: FIRST,
  value: 5n,
  nonce: 0,
  gasLimit: 21_000n,
  gasPrice: 1n,
  chainId: 31337n,
  type: 0,
}

async function code(promise: Promise<unknown>): Promise<string> {
  const error = await rejection(promise)
  return isUportError(error) ? error.code : String(error)
}

/** A signer that can show but has no key in this process, such as a browser wallet. */
function shownOnly(keys: KeyStore, keyId: string, changes: Partial<SignerLike> = {}): SignerLike {
  const inner = new KeyStoreSigner(keys, keyId)
  return {
    getAddress: () => inner.getAddress(),
    signMessage: (message) => inner.signMessage(message),
    signTypedData: (...args) => inner.signTypedData(...args),
    signTransaction: (transaction) =>
      inner.signTransaction({ ...transaction, type: transaction.type ?? null }),
    ...changes,
  }
}

async function memory() {
  const keys = new MemoryKeyStore()
  const { keyId, publicKey } = await keys.import(sha256(encodeUtf8('a key')))
  return { keys, keyId, publicKey, address: addressOf(publicKey) }
}

describe('MnemonicKeyStore', () => {
  it('derives the keys that other wallets derive', async () => {
    const keyIds = ["m/44'/60'/0'/0/0", UPORT_PATH, '0', '7']
    const store = await MnemonicKeyStore.fromWords(`  ${WORDS.replaceAll(' ', '  ')} `, { keyIds })
    const infos = []
    for await (const info of store.list()) infos.push(info)
    expect(infos.map(({ keyId }) => keyId)).toEqual(keyIds)
    const addresses = infos.map(({ publicKey }) => addressOf(publicKey))
    expect(addresses[0]).toBe(FIRST)
    expect(addresses[1]).toBe(HDNodeWallet.fromPhrase(WORDS, '', UPORT_PATH).address.toLowerCase())
    expect(addresses[2]).toBe(addresses[1])
    expect(addresses[3]).toBe(HDNodeWallet.fromPhrase(WORDS, '', "m/7696500'/0'/0'/7'").address.toLowerCase())
  })

  it('holds the keys it was asked for, and no others', async () => {
    const store = await MnemonicKeyStore.fromWords(WORDS)
    expect((await store.get(UPORT_PATH))?.publicKey).toHaveLength(33)
    expect(await store.get("m/7696500'/0'/0'/1'")).toBeUndefined()
  })

  it('gives other keys for another passphrase', async () => {
    const plain = await (await MnemonicKeyStore.fromWords(WORDS)).get(UPORT_PATH)
    const other = await (await MnemonicKeyStore.fromWords(WORDS, { passphrase: 'x' })).get(UPORT_PATH)
    expect(plain?.publicKey).not.toEqual(other?.publicKey)
  })

  it.each(['', 'test', WORDS.replace('junk', 'test'), WORDS.replace('junk', 'secretword'), `${WORDS} test`])(
    'refuses what is no mnemonic without repeating it',
    async (words) => {
      const error = await rejection(MnemonicKeyStore.fromWords(words, { passphrase: 'canary' }))
      expect(isUportError(error, 'KEY_INVALID')).toBe(true)
      const told = `${String(error)} ${JSON.stringify(error)} ${String((error as Error).cause)} ${(error as Error).stack}`
      for (const secret of ['secretword', 'junk', 'canary', 'test test']) expect(told).not.toContain(secret)
    },
  )

  it('refuses ids that are neither path nor index', async () => {
    for (const keyId of ['', 'x', '-1', '01', 'm', 'm/', "m/0''", 'm/2147483648', '4294967296', '44/60']) {
      await expect(MnemonicKeyStore.fromWords(WORDS, { keyIds: [keyId] })).rejects.toThrow(TypeError)
    }
    await expect(MnemonicKeyStore.fromWords(WORDS, { keyIds: [] })).rejects.toThrow(TypeError)
  })
})

describe('KeyStoreSigner', () => {
  it('signs as ethers verifies', async () => {
    const { keys, keyId, address } = await memory()
    const signer = new KeyStoreSigner(keys, keyId)
    expect(signer).toBeInstanceOf(AbstractSigner)
    expect((await signer.getAddress()).toLowerCase()).toBe(address)
    for (const message of ['hello', Uint8Array.of(0xff, 0)]) {
      expect(verifyMessage(message, await signer.signMessage(message)).toLowerCase()).toBe(address)
    }
    const domain = { name: 'Test', chainId: 1n, salt: `0x${'9'.repeat(64)}` }
    const value = { contents: 'hi', n: 2n ** 200n }
    const typed = await signer.signTypedData(domain, TYPES, value)
    expect(verifyTypedData(domain, TYPES, value, typed).toLowerCase()).toBe(address)
    const signed = Transaction.from(await signer.signTransaction({ ...TRANSACTION, from: address }))
    expect(signed.from?.toLowerCase()).toBe(address)
    expect(signed).toMatchObject({ value: 5n, chainId: 31337n, nonce: 0 })
  })

  it('signs nothing for another account, nor with a key that is not there', async () => {
    const { keys, keyId } = await memory()
    await expect(
      new KeyStoreSigner(keys, keyId).signTransaction({ ...TRANSACTION, from: FIRST }),
    ).rejects.toThrow(TypeError)
    expect(await code(new KeyStoreSigner(keys, 'none').signMessage('x'))).toBe('KEY_NOT_FOUND')
    await expect(
      new KeyStoreSigner(keys, keyId).signTypedData({}, TYPES, { contents: 'x', n: 1 }),
    ).rejects.toThrow(TypeError)
  })

  it('takes a provider along', async () => {
    const { keys, keyId } = await memory()
    const provider = new JsonRpcProvider('http://127.0.0.1:1', 31337, { staticNetwork: true })
    const connected = new KeyStoreSigner(keys, keyId).connect(provider)
    expect(connected.provider).toBe(provider)
    expect(connected.connect(null).provider).toBeNull()
    provider.destroy()
  })

  it('refuses a store that signs with another key', async () => {
    const { keys, keyId } = await memory()
    await keys.create({ keyId: 'other' })
    const swapped = {
      get: keys.get.bind(keys),
      sign: (_: string, digest: Uint8Array, context: SignContext) => keys.sign('other', digest, context),
    }
    expect(await code(new KeyStoreSigner(swapped, keyId).signTransaction(TRANSACTION))).toBe(
      'KEY_SIGNATURE_INVALID',
    )
  })
})

describe('signerKeyStore', () => {
  const text = (purpose: 'jwt' | 'meta-transaction'): SignContext => ({
    purpose,
    hash: 'sha256',
    preimage: encodeUtf8('a.b'),
    preview: {},
  })

  it('signs anything with a wallet of this process', async () => {
    const wallet = new Wallet(`0x${'7'.repeat(64)}`)
    const store = await signerKeyStore(wallet)
    const keyId = wallet.address.toLowerCase()
    const context = text('jwt')
    expect((await store.sign(keyId, sha256(context.preimage), context)).r).toHaveLength(32)
  })

  it('signs with other signers what they can show', async () => {
    const { keys, keyId, publicKey, address } = await memory()
    const asked: string[] = []
    const signer = shownOnly(keys, keyId)
    const watched = shownOnly(keys, keyId, {
      signMessage: (message) => {
        asked.push(typeof message === 'string' ? message : new TextDecoder().decode(message))
        return signer.signMessage(message)
      },
    })
    const store = await signerKeyStore(watched)
    expect(asked).toEqual([PUBLIC_KEY_MESSAGE])
    expect((await store.get(address))?.publicKey).toEqual(publicKey)
    const again = new KeyStoreSigner(store, address)
    for (const message of ['hello', '', '12345678901', '1'.repeat(11), 'x'.repeat(1000)]) {
      expect(verifyMessage(message, await again.signMessage(message)).toLowerCase()).toBe(address)
    }
    const domain = { name: 'Test' }
    const value = { contents: 'hi', n: 1 }
    const typed = await again.signTypedData(domain, TYPES, value)
    expect(verifyTypedData(domain, TYPES, value, typed).toLowerCase()).toBe(address)
    expect(Transaction.from(await again.signTransaction(TRANSACTION)).from?.toLowerCase()).toBe(address)
    const eip1559 = {
      to: FIRST,
      nonce: 1,
      gasLimit: 21_000n,
      maxFeePerGas: 2n,
      maxPriorityFeePerGas: 1n,
      chainId: 1n,
      type: 2,
    }
    expect(Transaction.from(await again.signTransaction(eip1559)).type).toBe(2)
  })

  it('refuses tokens and meta-transactions with them', async () => {
    const { keys, keyId, publicKey, address } = await memory()
    const store = await signerKeyStore(shownOnly(keys, keyId), { publicKey })
    for (const purpose of ['jwt', 'meta-transaction'] as const) {
      const context = text(purpose)
      expect(await code(store.sign(address, sha256(context.preimage), context))).toBe('KEY_SIGNING_REFUSED')
    }
  })

  it('shows a signer nothing else than what the digest is of', async () => {
    const { keys, keyId, publicKey, address } = await memory()
    const store = await signerKeyStore(shownOnly(keys, keyId), { publicKey })
    const preimage = encodeUtf8('something else')
    const typed = {
      types: { EIP712Domain: [{ name: 'name', type: 'string' }], ...TYPES },
      primaryType: 'Mail',
    }
    const preview = { ...typed, domain: { name: 'x' }, message: { contents: 'x', n: 1 } }
    for (const purpose of ['personal-message', 'typed-data', 'transaction'] as const) {
      for (const shown of [{}, preview]) {
        const context: SignContext = { purpose, hash: 'keccak256', preimage, preview: shown }
        expect(await code(store.sign(address, keccak256(preimage), context))).toBe('KEY_SIGNING_REFUSED')
      }
    }
  })

  it('tells a person’s refusal, and a signer that is somebody else', async () => {
    const { keys, keyId, publicKey, address } = await memory()
    const reject = (code: unknown) => ({
      signMessage: () => Promise.reject(Object.assign(new Error('no'), { code })),
    })
    const preimage = decodeHex('19457468657265756d205369676e6564204d6573736167653a0a30') ?? new Uint8Array()
    const context: SignContext = { purpose: 'personal-message', hash: 'keccak256', preimage, preview: {} }
    for (const [reason, expected] of [
      ['ACTION_REJECTED', 'KEY_SIGNING_REFUSED'],
      [4001, 'KEY_SIGNING_REFUSED'],
      ['UNSUPPORTED_OPERATION', 'KEY_SIGNING_REFUSED'],
      ['NETWORK_ERROR', 'KEY_STORE_FAILED'],
    ] as const) {
      const store = await signerKeyStore(shownOnly(keys, keyId, reject(reason)), { publicKey })
      expect(await code(store.sign(address, keccak256(preimage), context))).toBe(expected)
    }
    const liar = shownOnly(keys, keyId, { getAddress: async () => FIRST })
    expect(await code(signerKeyStore(liar))).toBe('KEY_SIGNATURE_INVALID')
    await expect(signerKeyStore(liar, { publicKey })).rejects.toThrow(TypeError)
    const changed = shownOnly(keys, keyId, {
      signTransaction: () => new KeyStoreSigner(keys, keyId).signTransaction({ ...TRANSACTION, value: 6n }),
    })
    const signer = new KeyStoreSigner(await signerKeyStore(changed, { publicKey }), address)
    expect(await code(signer.signTransaction(TRANSACTION))).toBe('KEY_SIGNING_REFUSED')
  })
})
