// What `keys.ts` may say instead: a line each.
import { MemoryKeyStore } from '@uport-kit/core'
import { MnemonicKeyStore, signerKeyStore } from '@uport-kit/core/ethereum'
import { AwsKmsKeyStore } from '@uport-kit/key-store-kms/aws'
import { GcpKmsKeyStore } from '@uport-kit/key-store-kms/gcp'
import { Wallet } from 'ethers'
import type { KeyPlace, KeyWish } from './key-place.ts'

export async function memory(key: KeyWish): Promise<KeyPlace> {
  // #region memory
  return { keyId: key.name, keys: new MemoryKeyStore() }
  // #endregion
}

export async function mnemonic(key: KeyWish): Promise<KeyPlace> {
  // #region mnemonic
  return { keyId: '0', keys: await MnemonicKeyStore.fromWords(key.env('WORDS'), { keyIds: ['0'] }) }
  // #endregion
}

export async function signer(key: KeyWish): Promise<KeyPlace> {
  // #region signer
  return { keyId: key.name, keys: await signerKeyStore(new Wallet(key.env('SECRET')), { keyId: key.name }) }
  // #endregion
}

export async function aws(key: KeyWish): Promise<KeyPlace> {
  // #region aws
  return { keyId: key.name, keys: new AwsKmsKeyStore() }
  // #endregion
}

export async function gcp(key: KeyWish): Promise<KeyPlace> {
  // #region gcp
  return { keyId: key.env('KEY'), keys: new GcpKmsKeyStore({ accessToken: async () => key.env('TOKEN') }) }
  // #endregion
}
