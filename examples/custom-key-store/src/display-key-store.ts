import {
  AbstractKeyStore,
  type Options,
  type RawPublicKey,
  type RawSignature,
  type SignContext,
  type SignPurpose,
} from '@uport-kit/core'
import { DeviceError, type DisplayDevice } from './display-device.ts'
import type { SignedKind } from './screen-of.ts'
import { refusedBy } from './sign-policy.ts'

/** What the device can show; the other purposes have preimages that are hashes themselves. */
const KINDS: ReadonlyMap<SignPurpose, SignedKind> = new Map([
  ['jwt', 'token'],
  ['personal-message', 'message'],
  ['transaction', 'transaction'],
])

const REFUSALS: ReadonlyMap<DeviceError['code'], string> = new Map([
  ['SW_DECLINED', 'declined at the device'],
  ['SW_BLIND', 'the device cannot show this'],
  ['SW_TOO_LONG', 'too long for the screen of the device'],
])

/** Keys in a device that shows what it signs. It is given the preimage and never the preview. */
export class DisplayKeyStore extends AbstractKeyStore {
  readonly #device: DisplayDevice
  #last: Promise<unknown> = Promise.resolve()

  constructor(device: DisplayDevice) {
    super()
    this.#device = device
  }

  protected override async loadPublicKey(keyId: string): Promise<RawPublicKey | undefined> {
    try {
      return { point: await this.#device.publicKey(keyId) }
    } catch (error) {
      if (error instanceof DeviceError && error.code === 'SW_NO_KEY') return undefined
      throw error
    }
  }

  protected override async signDigest(
    keyId: string,
    _digest: Uint8Array,
    { purpose, preimage }: SignContext,
    { signal }: Options,
  ): Promise<RawSignature> {
    const kind = KINDS.get(purpose)
    if (kind === undefined) throw refusedBy(keyId, 'the device cannot show this')
    return this.#inTurn(async () => {
      signal?.throwIfAborted()
      try {
        return { compact: await this.#device.sign(keyId, kind, preimage) }
      } catch (error) {
        const reason = error instanceof DeviceError ? REFUSALS.get(error.code) : undefined
        throw reason === undefined ? error : refusedBy(keyId, reason)
      }
    })
  }

  /** One question at a time; a call that failed does not stop the next one. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => {})
    return turn
  }
}
