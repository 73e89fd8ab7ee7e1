import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak256, sha256 } from '@uport-kit/core'
import { type Screen, type SignedKind, screenOf } from './screen-of.ts'

/** The person at the device: true where they press the button that signs. */
export type Button = (screen: Screen) => Promise<boolean>

/** An answer of the device other than success, as the status words of ISO 7816 name it. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError'
  readonly code: 'SW_DECLINED' | 'SW_BLIND' | 'SW_TOO_LONG' | 'SW_BUSY' | 'SW_NO_KEY'
  constructor(code: DeviceError['code']) {
    super(`The device answered ${code}.`)
    this.code = code
  }
}

/** More fits no screen that a person reads through. */
const MAX_BYTES = 16_384

/**
 * A signing device with a display and a button, in software. It never signs a digest that it is given: it reads what it is
 * to sign, shows it by its own reading, hashes it itself, and asks.
 */
export class DisplayDevice {
  readonly #secrets: ReadonlyMap<string, Uint8Array>
  readonly #button: Button
  #busy = false

  /** @param paths of the keys that the device makes for itself */
  constructor(paths: readonly string[], button: Button) {
    this.#secrets = new Map(paths.map((path) => [path, secp256k1.utils.randomSecretKey()]))
    this.#button = button
  }

  /** 65 bytes, uncompressed. Asks nobody. */
  async publicKey(path: string): Promise<Uint8Array> {
    return secp256k1.getPublicKey(this.#secret(path), false)
  }

  /** 64 bytes, r and s. One person reads one screen at a time: whoever comes meanwhile is sent away. */
  async sign(path: string, kind: SignedKind, preimage: Uint8Array): Promise<Uint8Array> {
    const secret = this.#secret(path)
    if (preimage.length > MAX_BYTES) throw new DeviceError('SW_TOO_LONG')
    const own = preimage.slice()
    const screen = screenOf(kind, own)
    if (screen === undefined) throw new DeviceError('SW_BLIND')
    if (this.#busy) throw new DeviceError('SW_BUSY')
    this.#busy = true
    try {
      if (!(await this.#button(screen))) throw new DeviceError('SW_DECLINED')
    } finally {
      this.#busy = false
    }
    const digest = kind === 'token' ? sha256(own) : keccak256(own)
    return secp256k1.sign(digest, secret, { prehash: false, lowS: false, extraEntropy: true })
  }

  /** Always refused: a digest tells a person nothing. */
  async signDigest(_path: string, _digest: Uint8Array): Promise<never> {
    throw new DeviceError('SW_BLIND')
  }

  #secret(path: string): Uint8Array {
    const secret = this.#secrets.get(path)
    if (secret === undefined) throw new DeviceError('SW_NO_KEY')
    return secret
  }
}
