import type { PublicKeyInfo } from '@uport-kit/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AwsDouble } from '../../test-support/aws-double.ts'
import { createDoubleKey } from '../../test-support/double-key.ts'
import type { Fault } from '../../test-support/http-double.ts'
import { awsManager, awsOptions, toSign } from '../../test-support/parties.ts'
import type { QuietClock } from '../../test-support/quiet-clock.ts'
import { AwsKmsKeyManager } from './aws-kms-key-manager.ts'

let double: AwsDouble
let clock: QuietClock
let manager: AwsKmsKeyManager

beforeEach(async () => {
  ;({ double, clock, manager } = await awsManager())
})
afterEach(() => double.close())

const driven = <T>(work: Promise<T>) => clock.drive(work, double)
const failure = (work: Promise<unknown>) =>
  driven(
    work.then(
      () => undefined,
      (error: unknown) => error,
    ),
  )
const fail = (operation: string, fault: Fault, times = Number.POSITIVE_INFINITY) => {
  const before = double.count(operation)
  double.faults = (name, count) => (name === operation && count - before < times ? fault : undefined)
}
/** The request is done, and its answer lost. */
const loseAnswer = (operation: string) => fail(operation, 'truncated', 1)
const usable = () => [...double.keys.values()].filter(({ state }) => state === 'enabled')
async function listed(): Promise<PublicKeyInfo[]> {
  const found: PublicKeyInfo[] = []
  for await (const info of manager.list()) found.push(info)
  return found
}

describe('create', () => {
  test('gives what the administrator chose to a new key', async () => {
    const newKeys = { Description: 'login of shop.example', Tags: [{ TagKey: 'team', TagValue: 'shop' }] }
    const own = new AwsKmsKeyManager({ ...awsOptions(double, clock), newKeys })
    await own.create()
    const request = double.requests.find(({ operation }) => operation === 'CreateKey')
    expect(JSON.parse(request?.body ?? '')).toEqual({
      ...newKeys,
      KeySpec: 'ECC_SECG_P256K1',
      KeyUsage: 'SIGN_VERIFY',
    })
  })

  test('takes no name that an alias cannot have', async () => {
    for (const keyId of ['', 'aws/x', 'a b', '1234abcd-12ab-34cd-56ef-1234567890ab']) {
      await expect(manager.create({ keyId })).rejects.toThrow(TypeError)
    }
    expect(double.requests).toHaveLength(0)
  })

  test('waits until the key is known everywhere', async () => {
    let hidden = 0
    double.faults = (operation) => {
      if (operation !== 'GetPublicKey' || hidden > 2) return undefined
      hidden++
      return 'throttle'
    }
    expect(await driven(manager.create({ keyId: 'login' }))).toMatchObject({ keyId: 'login' })
  })

  test('repeats what was throttled, and nothing that may have made a key', async () => {
    fail('CreateKey', 'throttle', 3)
    await driven(manager.create())
    expect(double.count('CreateKey')).toBe(4)
    for (const fault of ['truncated', 'reset', 'server-error', 'hang', 'no-member'] as const) {
      const before = double.count('CreateKey')
      fail('CreateKey', fault)
      const error = await failure(manager.create())
      expect(error).toMatchObject({ code: 'KEY_STORE_FAILED', retryable: false })
      expect(double.count('CreateKey')).toBe(before + 1)
    }
  })

  test('takes an alias for its own whose making was not confirmed', async () => {
    loseAnswer('CreateAlias')
    const { keyId } = await driven(manager.create({ keyId: 'login' }))
    expect(keyId).toBe('login')
    expect(usable()).toHaveLength(1)
  })

  test('leaves no key behind that got no alias', async () => {
    double.denied.add('CreateAlias')
    expect(await failure(manager.create({ keyId: 'login' }))).toMatchObject({
      code: 'KEY_STORE_FAILED',
      data: { reason: 'access-denied' },
    })
    expect(double.keys.size).toBe(1)
    expect(usable()).toHaveLength(0)
    double.denied.add('ScheduleKeyDeletion')
    // That the rest could not be removed does not hide why.
    expect(await failure(manager.create({ keyId: 'login' }))).toMatchObject({
      data: { reason: 'access-denied' },
    })
    expect(usable()).toHaveLength(1)
  })

  test('of several that want one alias leaves the key of the winner alone', async () => {
    const made = await driven(
      Promise.allSettled(Array.from({ length: 5 }, () => manager.create({ keyId: 'login' }))),
    )
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(usable().map(({ id }) => id)).toEqual([double.aliases.get('login')])
  })
})

describe('delete', () => {
  test('is at an end although its confirmation was lost', async () => {
    await driven(manager.create({ keyId: 'login' }))
    loseAnswer('ScheduleKeyDeletion')
    await driven(manager.delete('login'))
    expect(usable()).toHaveLength(0)
    expect(double.aliases.size).toBe(0)
    await driven(manager.create({ keyId: 'login' }))
  })

  test('removes the alias that an interrupted deletion left, and says that the key was gone', async () => {
    await driven(manager.create({ keyId: 'login' }))
    fail('DeleteAlias', 'access-denied')
    expect(await failure(manager.delete('login'))).toMatchObject({ data: { reason: 'access-denied' } })
    double.faults = () => undefined
    expect(await failure(manager.delete('login'))).toMatchObject({ code: 'KEY_NOT_FOUND' })
    expect(double.aliases.size).toBe(0)
    expect(await failure(manager.delete('login'))).toMatchObject({ code: 'KEY_NOT_FOUND' })
  })

  test('goes on where somebody else was faster with the alias', async () => {
    const { keyId } = await driven(manager.create({ keyId: 'login' }))
    double.faults = (operation) => {
      if (operation === 'ScheduleKeyDeletion') double.aliases.delete('login')
      return undefined
    }
    await driven(manager.delete(keyId))
    expect(usable()).toHaveLength(0)
  })

  test('fails where it is not allowed, and the key stays', async () => {
    await driven(manager.create({ keyId: 'login' }))
    double.denied.add('ScheduleKeyDeletion')
    expect(await failure(manager.delete('login'))).toMatchObject({ data: { reason: 'access-denied' } })
    const { digest, context } = toSign('text')
    await driven(manager.sign('login', digest, context))
    await expect(manager.delete('a b')).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' })
  })

  test.each([6, 31, 7.5])('refuses a window of %d days', (deletionWindow) => {
    expect(() => new AwsKmsKeyManager({ deletionWindow })).toThrow(TypeError)
  })
})

describe('list', () => {
  test('turns pages, and names the keys that can sign by their first alias', async () => {
    for (const keyId of ['b', 'a', 'c', 'd']) await driven(manager.create({ keyId }))
    double.aliases.set('0-first', double.aliases.get('b') ?? '')
    const bare = await driven(manager.create())
    for (const kind of ['p256', 'rsa', 'symmetric', 'key-agreement'] as const)
      double.add(createDoubleKey(kind))
    double.add({ ...createDoubleKey(), state: 'disabled' })
    const found = await driven(listed())
    expect(found.map(({ keyId }) => keyId).sort()).toEqual(['0-first', 'a', 'c', 'd', bare.keyId].sort())
    expect(double.count('ListKeys')).toBeGreaterThan(4)
    expect(double.count('ListAliases')).toBeGreaterThan(2)
  })

  test('leaves out the keys that may not be looked at, and fails where listing itself is not allowed', async () => {
    for (const keyId of ['a', 'b']) await driven(manager.create({ keyId }))
    fail('DescribeKey', 'access-denied', 1)
    expect(await driven(listed())).toHaveLength(1)
    fail('DescribeKey', 'credentials', 1)
    expect(await failure(listed())).toMatchObject({ data: { reason: 'credentials' } })
    double.denied.add('ListKeys')
    const error = await failure(listed())
    expect(error).toMatchObject({ code: 'KEY_STORE_FAILED', data: { reason: 'access-denied' } })
  })
})
