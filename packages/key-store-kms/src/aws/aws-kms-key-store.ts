import {
  DescribeKeyCommand,
  type DescribeKeyCommandOutput,
  GetPublicKeyCommand,
  KMSClient,
  type KMSClientConfig,
  SignCommand,
} from '@aws-sdk/client-kms'
import { KmsFailure } from '../kms-failure.ts'
import { KmsKeyStore } from '../kms-key-store.ts'
import type { KmsOptions } from '../kms-options.ts'
import type { KmsPublicKey } from '../public-key-cache.ts'
import { awsFailure } from './aws-failure.ts'
import { awsKeyName } from './aws-key-name.ts'

/** Options of the SDK's client: `region`, `credentials`, `endpoint`, `requestHandler` and more. Retries are the store's. */
export type AwsClientConfig = Omit<KMSClientConfig, 'logger' | 'maxAttempts' | 'retryMode' | 'retryStrategy'>

export interface AwsKmsOptions extends KmsOptions {
  /** Default: what the SDK finds in environment, profile and instance. */
  readonly client?: AwsClientConfig | undefined
}

/** What AWS tells of a key beside its material. */
export type KeyMetadata = NonNullable<DescribeKeyCommandOutput['KeyMetadata']>

/**
 * Keys in AWS KMS (`ECC_SECG_P256K1`, `SIGN_VERIFY`) that sign and never leave it. A key's id is an ARN, a key id, or the
 * name of an alias. Needs `kms:GetPublicKey` and `kms:Sign`, and `kms:DescribeKey` to tell a key that is to be deleted from
 * one in another bad state. It signs with the key that the alias pointed to when its public key was read.
 *
 * @throws TypeError when an option is out of range
 */
export class AwsKmsKeyStore extends KmsKeyStore {
  readonly #client: KMSClient

  constructor(options: AwsKmsOptions = {}) {
    super(options)
    this.#client = new KMSClient({ ...options.client, maxAttempts: 1, retryMode: 'standard' })
  }

  /** Closes the idle connections. */
  [Symbol.dispose](): void {
    this.#client.destroy()
  }

  protected override nameOf(keyId: string): string | undefined {
    return awsKeyName(keyId)
  }

  protected override async fetchPublicKey(name: string, signal: AbortSignal): Promise<KmsPublicKey> {
    const command = new GetPublicKeyCommand({ KeyId: name })
    const answer = await this.send((client) => client.send(command, { abortSignal: signal }))
    const { KeyId: handle, PublicKey: spki } = answer
    if (!isSigningKey(answer)) throw new KmsFailure('wrong-key')
    if (handle === undefined || spki === undefined) throw new KmsFailure('malformed-answer')
    return { handle, spki: Uint8Array.from(spki) }
  }

  protected override async fetchSignature(
    handle: string,
    digest: Uint8Array,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const command = new SignCommand({
      KeyId: handle,
      Message: digest,
      MessageType: 'DIGEST',
      SigningAlgorithm: 'ECDSA_SHA_256',
    })
    const { Signature: der } = await this.send((client) => client.send(command, { abortSignal: signal }))
    if (der === undefined) throw new KmsFailure('malformed-answer')
    return der
  }

  protected override async explainState(name: string, signal: AbortSignal): Promise<KmsFailure> {
    const { KeyState: state } = await this.describe(name, signal)
    if (isToBeDeleted(state)) return new KmsFailure('not-found')
    if (state === 'Disabled') return new KmsFailure('disabled')
    const passing = state === 'Creating' || state === 'Updating' || state === 'Unavailable'
    return new KmsFailure(passing ? 'unavailable' : 'key-state')
  }

  /** One request for everything about a key but its material. */
  protected async describe(name: string, signal: AbortSignal): Promise<KeyMetadata> {
    const command = new DescribeKeyCommand({ KeyId: name })
    const answer = await this.send((client) => client.send(command, { abortSignal: signal }))
    if (answer.KeyMetadata === undefined) throw new KmsFailure('malformed-answer')
    return answer.KeyMetadata
  }

  /** @throws KmsFailure */
  protected async send<T>(work: (client: KMSClient) => Promise<T>): Promise<T> {
    try {
      return await work(this.#client)
    } catch (error) {
      throw awsFailure(error)
    }
  }
}

/** Whether a key is one that this store can use. */
export function isSigningKey({ KeySpec, KeyUsage }: Pick<KeyMetadata, 'KeySpec' | 'KeyUsage'>): boolean {
  return KeySpec === 'ECC_SECG_P256K1' && KeyUsage === 'SIGN_VERIFY'
}

/** Whether it is as good as deleted: nothing can be done with it but to call the deletion off. */
export function isToBeDeleted(state: KeyMetadata['KeyState']): boolean {
  return state === 'PendingDeletion' || state === 'PendingReplicaDeletion'
}
