export type { KmsOptions } from '../kms-options.ts'
export { GcpKmsKeyStore, type GcpKmsOptions } from './gcp-kms-key-store.ts'
export type { AccessTokenSource } from './gcp-rest-client.ts'
