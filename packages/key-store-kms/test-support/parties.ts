import { type KeyStore, type SignContext, sha256 } from '@uport-kit/core'
import { AwsKmsKeyManager } from '../src/aws/aws-kms-key-manager.ts'
import { AwsKmsKeyStore } from '../src/aws/aws-kms-key-store.ts'
import { GcpKmsKeyStore } from '../src/gcp/gcp-kms-key-store.ts'
import type { KmsOptions } from '../src/kms-options.ts'
import { AWS_CREDENTIALS, AWS_REGION, AwsDouble } from './aws-double.ts'
import { createDoubleKey, type DoubleKey, type DoubleKeyKind } from './double-key.ts'
import { GCP_KEY_RING, GCP_TOKEN, GcpDouble } from './gcp-double.ts'
import { ATTEMPT_TIMEOUT, QuietClock } from './quiet-clock.ts'

/** One service and a store over it, so that one test covers both. */
export interface Party {
  readonly name: string
  readonly double: AwsDouble | GcpDouble
  readonly clock: QuietClock
  readonly store: KeyStore
  /** The names of the double's operations. */
  readonly operations: { readonly read: string; readonly sign: string; readonly describe: string }
  add(kind: DoubleKeyKind, keyId: string): DoubleKey
  /** Another store over the same service. */
  open(options?: KmsOptions): KeyStore
}

const DEADLINE = 100

function kmsOptions(clock: QuietClock, options: KmsOptions): KmsOptions {
  return { deadline: DEADLINE, attemptTimeout: ATTEMPT_TIMEOUT, clock, random: () => 0.5, ...options }
}

export function awsOptions(double: AwsDouble, clock: QuietClock, options: KmsOptions = {}) {
  const client = { region: AWS_REGION, endpoint: double.url, credentials: AWS_CREDENTIALS }
  return { ...kmsOptions(clock, options), client }
}

export function gcpOptions(double: GcpDouble, clock: QuietClock, options: KmsOptions = {}) {
  const accessToken = async () => GCP_TOKEN
  return { ...kmsOptions(clock, options), endpoint: double.url, keyRing: GCP_KEY_RING, accessToken }
}

/** Ids look like `login/1` in both. */
export async function awsParty(): Promise<Party> {
  const double = await new AwsDouble().listen()
  const clock = new QuietClock(1_700_000_000)
  const open = (options: KmsOptions = {}) => new AwsKmsKeyStore(awsOptions(double, clock, options))
  return {
    name: 'AWS',
    double,
    clock,
    store: open(),
    open,
    operations: { read: 'GetPublicKey', sign: 'Sign', describe: 'DescribeKey' },
    add: (kind, keyId) => double.add(createDoubleKey(kind), keyId),
  }
}

export async function gcpParty(): Promise<Party> {
  const double = await new GcpDouble().listen()
  const clock = new QuietClock(1_700_000_000)
  const open = (options: KmsOptions = {}) => new GcpKmsKeyStore(gcpOptions(double, clock, options))
  return {
    name: 'GCP',
    double,
    clock,
    store: open(),
    open,
    operations: { read: 'GetPublicKey', sign: 'AsymmetricSign', describe: 'GetCryptoKeyVersion' },
    add: (kind, keyId) => double.add(createDoubleKey(kind), keyId.replace('/1', '')),
  }
}

export async function awsManager() {
  const double = await new AwsDouble().listen()
  const clock = new QuietClock(1_700_000_000)
  return { double, clock, manager: new AwsKmsKeyManager(awsOptions(double, clock)) }
}

/** Something to sign; another one for every text. */
export function toSign(text: string): { readonly digest: Uint8Array; readonly context: SignContext } {
  const preimage = new TextEncoder().encode(text)
  return {
    digest: sha256(preimage),
    context: { purpose: 'jwt', hash: 'sha256', preimage, preview: { text } },
  }
}
