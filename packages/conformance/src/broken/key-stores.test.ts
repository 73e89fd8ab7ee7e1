import {
  concatBytes,
  createNobleEngine,
  type KeyManager,
  type KeyStore,
  MemoryKeyStore,
  type RecoverableSignature,
  type SignContext,
  sha256,
  UportError,
} from '@uport-kit/core'
import { describe } from 'vitest'
import { type KeyStoreSubject, keyManagerCases, keyStoreCases } from '../index.ts'
import { expectFailures, expectSound, turn } from './expect-failures.ts'

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const PRIVATE_KEY = new Uint8Array(32).fill(7)
const OTHER_KEY = new Uint8Array(32).fill(8)
const engine = createNobleEngine()
/** Twice the generator of P-256, compressed: no point of secp256k1 has its x. */
const P256_POINT = concatBytes(
  Uint8Array.of(3),
  Uint8Array.from(
    '7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978'.match(/../g) ?? [],
    (byte) => Number.parseInt(byte, 16),
  ),
)

type Sign = KeyStore['sign']

/** A memory store with one key, and parts of it replaced. */
async function subject(replace: (store: MemoryKeyStore) => Partial<KeyStore>): Promise<KeyStoreSubject> {
  const memory = new MemoryKeyStore()
  await memory.import(PRIVATE_KEY, { keyId: 'key' })
  return {
    store: { get: memory.get.bind(memory), sign: memory.sign.bind(memory), ...replace(memory) },
    keyId: 'key',
  }
}

const signing = (replace: (sign: Sign) => Sign) => () =>
  subject((memory) => ({ sign: replace(memory.sign.bind(memory)) }))

function negated({ r, s, recovery }: RecoverableSignature): RecoverableSignature {
  const value = s.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  const hex = (ORDER - value).toString(16).padStart(64, '0')
  const high = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
  return { r, s: high, recovery: recovery === 0 ? 1 : 0 }
}

async function known(keyId: string): Promise<void> {
  if (keyId !== 'key') throw new UportError('KEY_NOT_FOUND', 'none of that id', { data: { keyId } })
}

function requireMatch(keyId: string, digest: Uint8Array, { preimage }: SignContext): void {
  if (concatBytes(sha256(preimage)).join() === digest.join()) return
  throw new UportError('KEY_DIGEST_MISMATCH', 'not the hash', { data: { keyId } })
}

describe('keyStoreCases', () => {
  expectSound(keyStoreCases, () => subject(() => ({})))
  expectFailures(keyStoreCases, [
    {
      flaw: 'signs with high s',
      makeSubject: signing(
        (sign) =>
          async (...call) =>
            negated(await sign(...call)),
      ),
      fails: ['KS-04'],
    },
    {
      flaw: 'guesses the recovery id',
      makeSubject: signing((sign) => async (...call) => ({ ...(await sign(...call)), recovery: 0 })),
      fails: ['KS-05'],
    },
    {
      flaw: 'hashes the digest again',
      makeSubject: signing((sign) => async (keyId, digest, context, options) => {
        await sign(keyId, digest, context, options)
        return engine.sign(sha256(digest), PRIVATE_KEY)
      }),
      fails: ['KS-03', 'KS-05', 'KS-06', 'KS-13', 'KS-16'],
    },
    {
      flaw: 'knows SHA-256 alone',
      makeSubject: signing((sign) => async (keyId, digest, context, options) => {
        requireMatch(keyId, digest, { ...context, hash: 'sha256' })
        return await sign(keyId, digest, context, options)
      }),
      fails: ['KS-06'],
    },
    {
      flaw: 'signs whatever digest it is given',
      makeSubject: signing(() => async (keyId, digest, _context, options) => {
        options?.signal?.throwIfAborted()
        await known(keyId)
        return engine.sign(digest, PRIVATE_KEY)
      }),
      fails: ['KS-07', 'KS-08', 'KS-16'],
    },
    {
      flaw: 'pads and cuts digests',
      makeSubject: signing((sign) => async (keyId, digest, context, options) => {
        const padded = new Uint8Array(32)
        padded.set(digest.subarray(0, 32))
        return digest.length === 32
          ? await sign(keyId, digest, context, options)
          : engine.sign(padded, PRIVATE_KEY)
      }),
      fails: ['KS-09'],
    },
    {
      flaw: 'has a default key',
      makeSubject: () =>
        subject((memory) => ({
          get: (_keyId, options) => memory.get('key', options),
          sign: (_keyId, ...call) => memory.sign('key', ...call),
        })),
      fails: ['KS-02', 'KS-10', 'KS-11'],
    },
    {
      flaw: 'keeps its keys in a plain object',
      makeSubject: () =>
        subject((memory) => {
          const table = Object.fromEntries([['key', memory]])
          return {
            get: async (keyId, options) =>
              table[keyId] === undefined ? undefined : await memory.get('key', options),
          }
        }),
      fails: ['KS-11'],
    },
    {
      flaw: 'does not hear an abort',
      makeSubject: signing((sign) => (keyId, digest, context) => sign(keyId, digest, context)),
      fails: ['KS-12'],
    },
    {
      flaw: 'mixes up calls that meet',
      makeSubject: signing((sign) => {
        let current: Parameters<Sign> | undefined
        return async (keyId, digest, context, options) => {
          current = [keyId, digest.slice(), context, options]
          await turn()
          return await sign(...current)
        }
      }),
      fails: ['KS-13'],
    },
    {
      flaw: 'wipes the caller’s digest',
      makeSubject: signing((sign) => async (keyId, digest, context, options) => {
        const signature = await sign(keyId, digest, context, options)
        digest.fill(0)
        return signature
      }),
      fails: ['KS-14'],
    },
    {
      flaw: 'hands out its own bytes',
      makeSubject: async () => {
        const made = await subject(() => ({}))
        const own = await made.store.get('key')
        return {
          ...made,
          store: {
            ...made.store,
            get: async (keyId, options) => ((await made.store.get(keyId, options)) ? own : undefined),
          },
        }
      },
      fails: ['KS-15'],
    },
    {
      flaw: 'reads the digest after it was checked',
      makeSubject: signing((sign) => async (keyId, digest, context, options) => {
        await sign(keyId, digest, context, options)
        return engine.sign(digest, PRIVATE_KEY)
      }),
      fails: ['KS-16'],
    },
    {
      flaw: 'signs with another key than it names',
      makeSubject: signing((sign) => async (keyId, digest, context, options) => {
        await sign(keyId, digest, context, options)
        return engine.sign(digest, OTHER_KEY)
      }),
      fails: ['KS-03', 'KS-05', 'KS-06', 'KS-13', 'KS-16'],
    },
    {
      flaw: 'has a key of another curve',
      makeSubject: () =>
        subject((memory) => ({
          get: async (keyId, options) => {
            const info = await memory.get(keyId, options)
            return info && { ...info, publicKey: P256_POINT.slice() }
          },
        })),
      fails: ['KS-01', 'KS-03', 'KS-05', 'KS-06', 'KS-13', 'KS-15', 'KS-16'],
    },
    {
      flaw: 'makes s low and forgets the recovery id',
      makeSubject: signing((sign) => async (...call) => {
        const { r, s, recovery } = await sign(...call)
        return { r, s, recovery: recovery === 0 ? 1 : 0 }
      }),
      fails: ['KS-05'],
    },
    {
      flaw: 'answers an unknown id with an empty key',
      makeSubject: () =>
        subject((memory) => ({
          get: async (keyId, options) =>
            (await memory.get(keyId, options)) ?? { keyId, type: 'secp256k1', publicKey: new Uint8Array(33) },
        })),
      fails: ['KS-02', 'KS-11'],
    },
    {
      flaw: 'signs with an unknown id',
      makeSubject: signing(
        (sign) =>
          (_keyId, ...call) =>
            sign('key', ...call),
      ),
      fails: ['KS-10', 'KS-11'],
    },
    {
      flaw: 'wipes the caller’s preimage',
      makeSubject: signing((sign) => async (keyId, digest, context, options) => {
        const signature = await sign(keyId, digest, context, options)
        context.preimage.fill(0)
        return signature
      }),
      fails: ['KS-14'],
    },
    {
      flaw: 'hears an abort of get alone',
      makeSubject: () =>
        subject((memory) => ({ sign: (keyId, digest, context) => memory.sign(keyId, digest, context) })),
      fails: ['KS-12'],
    },
    {
      flaw: 'returns long public keys',
      makeSubject: () =>
        subject((memory) => ({
          get: async (keyId, options) => {
            const info = await memory.get(keyId, options)
            return info && { ...info, publicKey: engine.decompress(info.publicKey) ?? info.publicKey }
          },
        })),
      fails: ['KS-01', 'KS-03', 'KS-05', 'KS-06', 'KS-13', 'KS-15', 'KS-16'],
    },
  ])
})

/** A memory store with all roles, and parts of its manager replaced. */
async function managed(
  replace: (memory: MemoryKeyStore) => Partial<KeyManager & Pick<MemoryKeyStore, 'import'>>,
  memory = new MemoryKeyStore(),
): Promise<KeyStoreSubject> {
  await memory.import(PRIVATE_KEY, { keyId: 'key' })
  const whole = {
    create: memory.create.bind(memory),
    delete: memory.delete.bind(memory),
    list: memory.list.bind(memory),
    import: memory.import.bind(memory),
    ...replace(memory),
  }
  return { store: memory, keyId: 'key', manager: whole, importer: whole }
}

describe('keyManagerCases', () => {
  expectSound(keyManagerCases, () => managed(() => ({})))
  expectSound(
    keyManagerCases,
    () => subject(() => ({})),
    keyManagerCases.map(({ id }) => id),
  )
  expectFailures(keyManagerCases, [
    {
      flaw: 'returns another key than it stores',
      makeSubject: () =>
        managed((memory) => ({
          create: async (options) => {
            const { keyId } = await memory.create(options)
            return { ...(await new MemoryKeyStore().create()), keyId }
          },
        })),
      fails: ['KM-01', 'KM-03', 'KM-04'],
    },
    {
      flaw: 'draws the same key again',
      makeSubject: () =>
        managed(
          (memory) => ({ create: (options) => memory.create({ keyId: crypto.randomUUID(), ...options }) }),
          new MemoryKeyStore({ randomBytes: (length) => new Uint8Array(length).fill(3) }),
        ),
      fails: ['KM-02'],
    },
    {
      flaw: 'replaces a key of the same id',
      makeSubject: () =>
        managed((memory) => ({
          create: async (options = {}) => {
            options.signal?.throwIfAborted()
            if (options.keyId !== undefined && (await memory.get(options.keyId)))
              await memory.delete(options.keyId)
            return await memory.create(options)
          },
        })),
      fails: ['KM-03'],
    },
    {
      flaw: 'looks first and creates later',
      makeSubject: () =>
        managed((memory) => ({
          create: async (options = {}) => {
            options.signal?.throwIfAborted()
            const { keyId = crypto.randomUUID() } = options
            const taken = (await memory.get(keyId)) !== undefined
            await turn()
            if (taken) throw new UportError('KEY_EXISTS', 'in use', { data: { keyId } })
            if (await memory.get(keyId)) await memory.delete(keyId).catch(() => undefined)
            return await memory.create({ keyId }).catch(async () => {
              await memory.delete(keyId)
              return await memory.create({ keyId })
            })
          },
        })),
      fails: ['KM-04'],
    },
    {
      flaw: 'deletes nothing',
      makeSubject: () =>
        managed(() => ({ delete: async (_keyId, options) => options?.signal?.throwIfAborted() })),
      fails: ['KM-05', 'KM-06', 'KM-07'],
    },
    {
      flaw: 'does not hear an abort',
      makeSubject: () =>
        managed((memory) => ({
          create: ({ keyId } = {}) => memory.create({ keyId }),
          delete: (keyId) => memory.delete(keyId),
        })),
      fails: ['KM-08'],
    },
    {
      flaw: 'wipes the caller’s private key',
      makeSubject: () =>
        managed((memory) => ({
          import: async (privateKey, options) => {
            const info = await memory.import(privateKey, options)
            privateKey.fill(0)
            return info
          },
        })),
      fails: ['KM-09'],
    },
    {
      flaw: 'imports bytes in the wrong order',
      makeSubject: () =>
        managed((memory) => ({
          import: (privateKey, options) => memory.import(privateKey.slice().reverse(), options),
        })),
      fails: ['KM-09', 'KM-10'],
    },
  ])
})
