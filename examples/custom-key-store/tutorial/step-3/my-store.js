import { AbstractKeyStore } from '@uport-kit/core'
import { device } from './device.js'

class MyKeyStore extends AbstractKeyStore {
  #device

  constructor(device) {
    super()
    this.#device = device
  }

  async loadPublicKey(keyId) {
    const spki = await this.#device.publicKey(keyId)
    return spki === undefined ? undefined : { spki }
  }

  async signDigest(keyId, digest) {
    return { der: await this.#device.sign(keyId, digest) }
  }
}

export default () => ({ store: new MyKeyStore(device), keyId: 'login' })
