import { AbstractKeyStore } from '@uport-kit/core'

class MyKeyStore extends AbstractKeyStore {
  async loadPublicKey(_keyId) {
    return undefined
  }

  async signDigest(_keyId, _digest) {
    throw new Error('there is no device yet')
  }
}

export default () => ({ store: new MyKeyStore(), keyId: 'login' })
