import { AbstractKeyStore } from '@uport-kit/core'
import { device } from '../step-3/device.js'

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

// #region subject
export default () => ({
  store: new MyKeyStore(device),
  keyId: 'login',
  overDevice: (other) => {
    const publicKey = async (label) => (label === 'login' ? other.spki : undefined)
    return new MyKeyStore({ publicKey, sign: async (_label, digest) => other.sign(digest) })
  },
})
// #endregion
