import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { awsAliasName, awsKeyName, keyIdOfAlias } from './aws-key-name.ts'

const UUID = '1234abcd-12ab-34cd-56ef-1234567890ab'
const ARN = `arn:aws:kms:eu-central-1:111122223333:key/${UUID}`

describe('awsKeyName', () => {
  test.each([
    [UUID, UUID],
    [`mrk-${'0a'.repeat(16)}`, `mrk-${'0a'.repeat(16)}`],
    [ARN, ARN],
    [ARN.replace('aws', 'aws-us-gov'), ARN.replace('aws', 'aws-us-gov')],
    [
      'arn:aws:kms:eu-central-1:111122223333:alias/login',
      'arn:aws:kms:eu-central-1:111122223333:alias/login',
    ],
    ['login', 'alias/login'],
    ['alias/login', 'alias/login'],
    ['team/login_1', 'alias/team/login_1'],
    ['__proto__', 'alias/__proto__'],
  ])('%s is %s', (keyId, name) => {
    expect(awsKeyName(keyId)).toBe(name)
  })

  test.each([
    '',
    'alias/',
    'aws/s3',
    'alias/aws/s3',
    'a b',
    'a\n',
    'ä',
    'arn:aws:s3:::x',
    'x'.repeat(251),
    `${ARN} `,
  ])('%j is no name', (keyId) => {
    expect(awsKeyName(keyId)).toBeUndefined()
  })

  test('gives nothing but the characters that AWS takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (keyId) => {
        expect(awsKeyName(keyId) ?? 'alias/a').toMatch(/^[A-Za-z0-9:/_-]{1,2048}$/)
      }),
    )
  })
})

test('a listed alias leads back to itself', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9/_-]{1,40}$/)
  fc.assert(
    fc.property(name, (text) => {
      const keyId = keyIdOfAlias(`alias/${text}`)
      fc.pre(keyId !== undefined)
      expect(awsAliasName(keyId)).toBe(`alias/${text}`)
    }),
  )
  expect(keyIdOfAlias('alias/aws/s3')).toBeUndefined()
  expect(keyIdOfAlias(`alias/${UUID}`)).toBeUndefined()
  expect(keyIdOfAlias('login')).toBeUndefined()
  expect(keyIdOfAlias('alias/login')).toBe('login')
})
