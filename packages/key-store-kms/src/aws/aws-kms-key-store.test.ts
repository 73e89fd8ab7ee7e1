import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AwsDouble } from '../../test-support/aws-double.ts'
import { createDoubleKey } from '../../test-support/double-key.ts'
import { awsOptions, toSign } from '../../test-support/parties.ts'
import { QuietClock } from '../../test-support/quiet-clock.ts'
import { AwsKmsKeyStore } from './aws-kms-key-store.ts'

let double: AwsDouble
let clock: QuietClock
let store: AwsKmsKeyStore

beforeEach(async () => {
  double = await new AwsDouble().listen()
  clock = new QuietClock(1_700_000_000)
  store = new AwsKmsKeyStore(awsOptions(double, clock))
})
afterEach(async () => {
  store[Symbol.dispose]()
  await double.close()
})

const sign = (keyId: string) => {
  const { digest, context } = toSign('text')
  return clock.drive(store.sign(keyId, digest, context), double)
}

describe('AwsKmsKeyStore', () => {
  test('asks once an attempt, and sends the digest as such', async () => {
    double.add(createDoubleKey(), 'login')
    await sign('login')
    const request = double.requests.find(({ operation }) => operation === 'Sign')
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      Message: createHash('sha256').update('text').digest('base64'),
      MessageType: 'DIGEST',
      SigningAlgorithm: 'ECDSA_SHA_256',
    })
    expect(request?.headers['amz-sdk-request']).toBe('attempt=1; max=1')
    expect(request?.headers['x-amz-target']).toBe('TrentService.Sign')
  })

  test('finds a key by alias, id and ARN', async () => {
    const key = double.add(createDoubleKey(), 'login')
    const infos = await Promise.all(
      ['login', 'alias/login', key.id, double.arn(key)].map((keyId) => store.get(keyId)),
    )
    expect(new Set(infos.map((info) => Buffer.from(info?.publicKey ?? []).toString('hex'))).size).toBe(1)
    expect(infos[0]?.keyId).toBe('login')
  })

  test('signs with the key whose public key it gave, also when the alias was moved meanwhile', async () => {
    double.add(createDoubleKey(), 'login')
    const before = await store.get('login')
    double.add(createDoubleKey(), 'login')
    await sign('login')
    expect(await store.get('login')).toEqual(before)
    clock.advance(300)
    const after = await store.get('login')
    expect(after).not.toEqual(before)
    await sign('login')
  })

  test('refuses a key of the curve that is made for something else', async () => {
    double.add(createDoubleKey('key-agreement'), 'login')
    await expect(store.get('login')).rejects.toMatchObject({ code: 'KEY_INVALID' })
  })

  test('fails with credentials that are none', async () => {
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'another' }
    const options = awsOptions(double, clock)
    const stranger = new AwsKmsKeyStore({ ...options, client: { ...options.client, credentials } })
    double.add(createDoubleKey(), 'login')
    await expect(stranger.get('login')).rejects.toMatchObject({ data: { reason: 'credentials' } })
  })

  test('gives up a provider of credentials that hangs', async () => {
    const options = awsOptions(double, clock, { deadline: 1 })
    let asked = false
    const credentials = () => {
      asked = true
      return new Promise<never>(() => {})
    }
    const stuck = new AwsKmsKeyStore({ ...options, client: { ...options.client, credentials } })
    const work = stuck.get('login').catch((error: unknown) => error)
    while (!asked) await new Promise((resolve) => setImmediate(resolve))
    clock.advance(1)
    expect(await work).toMatchObject({ data: { reason: 'timeout' }, retryable: true })
    expect(clock.pending).toBe(0)
  })
})
