export {
  type CryptoBlock,
  type DecryptOptions,
  decryptSecret,
  type EncryptedSecret,
  type EncryptOptions,
  encryptSecret,
  parseCryptoBlock,
} from './crypto-block.ts'
export { jsonInvalid } from './json-invalid.ts'
export { hexMember, type JsonMembers, objectMember, parseJsonObject } from './json-members.ts'
export {
  DERIVED_BYTES,
  type DeriveKey,
  type KdfParameters,
  type Pbkdf2Parameters,
  portableDeriveKey,
  type ScryptCost,
  type ScryptParameters,
  scryptCost,
} from './key-derivation.ts'
export {
  decryptKeystore,
  formatKeystoreJson,
  type KeystoreDocument,
  parseKeystoreJson,
} from './keystore-json.ts'
