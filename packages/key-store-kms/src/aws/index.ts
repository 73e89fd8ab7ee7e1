export type { KmsOptions } from '../kms-options.ts'
export { AwsKmsKeyManager, type AwsKmsManagerOptions } from './aws-kms-key-manager.ts'
export { type AwsClientConfig, AwsKmsKeyStore, type AwsKmsOptions } from './aws-kms-key-store.ts'
