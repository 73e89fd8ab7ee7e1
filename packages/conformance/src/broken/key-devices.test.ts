import {
  AbstractKeyStore,
  concatBytes,
  createNobleEngine,
  type KeyStore,
  type RawPublicKey,
  type RawSignature,
  type RecoverableSignature,
  UportError,
} from '@uport-kit/core'
import { describe } from 'vitest'
import { type KeyDevice, type KeyStoreSubject, keyDeviceCases, keyStoreCases } from '../index.ts'
import { expectFailures, expectSound } from './expect-failures.ts'

const engine = createNobleEngine()
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
/** What stands before the point in the SPKI of a secp256k1 key. */
const SPKI_PREFIX_LENGTH = 23

/** The store that the base class makes of a device. */
class DeviceStore extends AbstractKeyStore {
  readonly #device: KeyDevice

  constructor(device: KeyDevice) {
    super()
    this.#device = device
  }

  protected async loadPublicKey(keyId: string): Promise<RawPublicKey | undefined> {
    return keyId === 'key' ? { spki: this.#device.spki } : undefined
  }

  protected async signDigest(_keyId: string, digest: Uint8Array): Promise<RawSignature> {
    return { der: this.#device.sign(digest) }
  }
}

function subject(makeStore: (device: KeyDevice) => KeyStore): KeyStoreSubject {
  return { store: makeStore(soundDevice()), keyId: 'key', overDevice: makeStore }
}

/** How a store that was written without the base class reads its device. */
interface Reading {
  point(spki: Uint8Array): Uint8Array
  compact(der: Uint8Array): Uint8Array
  finish(compact: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): RecoverableSignature
}

const careful: Reading = {
  point(spki) {
    if (spki[1] === 0x56) return spki.slice(SPKI_PREFIX_LENGTH)
    throw new UportError('KEY_INVALID', 'another curve', { data: { reason: 'curve' } })
  },
  compact(der) {
    if (der[1] !== der.length - 2) throw invalid()
    return lenient(der)
  },
  finish: (compact, digest, publicKey) => recoverable(lowered(compact), digest, publicKey),
}

function byHand(flaw: Partial<Reading>): () => KeyStoreSubject {
  const { point, compact, finish } = { ...careful, ...flaw }
  return () =>
    subject((device) => {
      const publicKey = (): Uint8Array => compressed(point(device.spki))
      return {
        get: async (keyId) => ({ keyId, type: 'secp256k1', publicKey: publicKey() }),
        sign: async (_keyId, digest) => finish(compact(device.sign(digest)), digest, publicKey()),
      }
    })
}

describe('keyDeviceCases', () => {
  expectSound([...keyStoreCases, ...keyDeviceCases], () => subject((device) => new DeviceStore(device)))
  expectSound(keyDeviceCases, byHand({}))
  expectSound(
    keyDeviceCases,
    () => ({ store: new DeviceStore(soundDevice()), keyId: 'key' }),
    keyDeviceCases.map(({ id }) => id),
  )
  expectFailures(keyDeviceCases, [
    {
      flaw: 'takes DER for compact bytes',
      makeSubject: byHand({ compact: (der) => fitted(der, 64) }),
      fails: ['KD-01', 'KD-02', 'KD-03'],
    },
    {
      flaw: 'passes a high s on',
      makeSubject: byHand({ finish: recoverable }),
      fails: ['KD-02'],
    },
    {
      flaw: 'makes s low after it has found the recovery id',
      makeSubject: byHand({
        finish: (compact, digest, publicKey) => ({
          ...split(lowered(compact)),
          recovery: recoverable(compact, digest, publicKey).recovery,
        }),
      }),
      fails: ['KD-02'],
    },
    {
      flaw: 'takes 64 bytes for compact ones',
      makeSubject: byHand({ compact: (der) => (der.length === 64 ? der : careful.compact(der)) }),
      fails: ['KD-03'],
    },
    {
      flaw: 'reads past bytes after the end of DER',
      makeSubject: byHand({ compact: lenient }),
      fails: ['KD-04'],
    },
    {
      flaw: 'takes the last bytes of DER for s',
      makeSubject: byHand({
        compact: (der) => concatBytes(lenient(der).slice(0, 32), fitted(der.slice(-32), 32)),
      }),
      fails: ['KD-03'],
    },
    {
      flaw: 'never verifies',
      makeSubject: byHand({
        finish: (compact, digest, publicKey) => {
          const low = lowered(compact)
          try {
            return recoverable(low, digest, publicKey)
          } catch {
            return { ...split(low), recovery: 0 }
          }
        },
      }),
      fails: ['KD-05', 'KD-06'],
    },
    {
      flaw: 'looks at the length of a point alone',
      makeSubject: byHand({ point: (spki) => spki.slice(-65) }),
      fails: ['KD-07'],
    },
  ])
})

function soundDevice(): KeyDevice {
  const privateKey = new Uint8Array(32).fill(7)
  const point = engine.decompress(engine.publicKeyOf(privateKey)) ?? new Uint8Array(0)
  const prefix = Uint8Array.from(
    '3056301006072a8648ce3d020106052b8104000a034200'.match(/../g) ?? [],
    (byte) => Number.parseInt(byte, 16),
  )
  return {
    spki: concatBytes(prefix, point),
    sign: (digest) => {
      const { r, s } = engine.sign(digest, privateKey)
      const content = concatBytes(integer(r), integer(s))
      return concatBytes(Uint8Array.of(0x30, content.length), content)
    },
  }
}

function integer(bytes: Uint8Array): Uint8Array {
  const digits = bytes.subarray(bytes.findIndex((byte) => byte !== 0))
  const padded = (digits[0] ?? 0) >= 0x80 ? concatBytes(Uint8Array.of(0), digits) : digits
  return concatBytes(Uint8Array.of(2, padded.length), padded)
}

/** Reads both numbers and looks at nothing else. */
function lenient(der: Uint8Array): Uint8Array {
  const middle = 4 + (der[3] ?? 0)
  const s = der.slice(middle + 2, middle + 2 + (der[middle + 1] ?? 0))
  return concatBytes(fitted(der.slice(4, middle), 32), fitted(s, 32))
}

/** The last bytes, or zeros before them. */
function fitted(bytes: Uint8Array, length: number): Uint8Array {
  return concatBytes(new Uint8Array(length), bytes).slice(-length)
}

function lowered(compact: Uint8Array): Uint8Array {
  const s = compact.slice(32).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  if (s <= ORDER / 2n || s > ORDER) return compact
  const hex = (ORDER - s).toString(16).padStart(64, '0')
  const low = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
  return concatBytes(compact.slice(0, 32), low)
}

function split(compact: Uint8Array): Pick<RecoverableSignature, 'r' | 's'> {
  return { r: compact.slice(0, 32), s: compact.slice(32) }
}

function recoverable(compact: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): RecoverableSignature {
  for (const recovery of [0, 1] as const) {
    const point = engine.recover(compact, recovery, digest)
    if (point !== undefined && compressed(point).join() === publicKey.join())
      return { ...split(compact), recovery }
  }
  throw invalid()
}

function compressed(point: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(2 + ((point[64] ?? 0) & 1)), point.slice(1, 33))
}

function invalid(): UportError {
  return new UportError('KEY_SIGNATURE_INVALID', 'not one', { data: { keyId: 'key', reason: 'not one' } })
}
