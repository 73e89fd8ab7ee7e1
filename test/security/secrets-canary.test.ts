import { readdirSync } from 'node:fs'
import {
  AbstractKeyStore,
  encodeBase64,
  encodeBase64url,
  encodeHex,
  encodeUtf8,
  type SignContext,
  sha256,
  UportError,
} from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import { Canaries, capturePrinted, everythingOf, failureOf } from '../support/canaries.ts'
import { canaryRows } from '../support/canary-rows/index.ts'

describe('no key, token, claim or digest is seen where something fails', () => {
  it.each(canaryRows.map((row) => [row.package, row.path, row] as const))('%s: %s', async (_, _path, row) => {
    const canaries = new Canaries()
    const { result, printed } = await capturePrinted(() => row.run(canaries))
    expect(canaries.size).toBeGreaterThan(0)
    expect(result.length).toBeGreaterThan(0)
    for (const seen of result) {
      const text = everythingOf(seen)
      expect(canaries.search(text), text.slice(0, 300)).toEqual([])
    }
    expect(canaries.search(printed)).toEqual([])
  })

  it('of any package', () => {
    const rows = new Set(canaryRows.map((row) => row.package))
    const missing = readdirSync(new URL('../../packages', import.meta.url)).filter((name) => !rows.has(name))
    const advice = `Add rows for ${missing.join(', ')} to test/support/canary-rows: let each failing path fail while it holds secrets.`
    expect(missing, advice).toEqual([])
  })
})

describe('the search finds', () => {
  const secret = sha256(encodeUtf8('a secret to be found'))
  const digest = encodeHex(secret)
  const words = 'seven lazy words that nobody may read'
  const token = ['header', 'payload', 'signature']
    .map((part) => encodeBase64url(encodeUtf8(`the ${part} of it`)))
    .join('.')

  const leaks: readonly [string, () => unknown][] = [
    ['hex in a message', () => new Error(`cannot sign ${digest}`)],
    ['upper-case hex', () => new Error(`cannot sign 0x${digest.toUpperCase()}`)],
    ['half of the hex', () => new Error(`cannot sign ${digest.slice(0, 20)}...`)],
    ['the end of the hex', () => new Error(`cannot sign ...${digest.slice(-20)}`)],
    ['Base64', () => new Error(encodeBase64(secret))],
    ['Base64url', () => new Error(encodeBase64url(secret))],
    ['a decimal number', () => new Error(`${BigInt(`0x${digest}`)}`)],
    ['a list of bytes', () => new Error(`[${secret.join(', ')}]`)],
    ['bytes in the data of an error', () => Object.assign(new Error('failed'), { data: { secret } })],
    ['a Buffer in it', () => Object.assign(new Error('failed'), { request: Buffer.from(secret) })],
    ['bytes as JSON', () => new Error(JSON.stringify({ secret }))],
    [
      'bytes in the third cause',
      () => new Error('a', { cause: new Error('b', { cause: new Error('c', { cause: secret }) }) }),
    ],
    [
      'a property that is not enumerable',
      () => Object.defineProperty(new Error('failed'), 'key', { value: digest }),
    ],
    ['a stack', () => Object.assign(new Error('failed'), { stack: `Error: ${digest}` })],
    ['an error of several', () => new AggregateError([new Error(digest)], 'failed')],
    ['toJSON', () => ({ toJSON: () => ({ digest }) })],
    ['a Map in a store', () => ({ keys: new Map([['login', { secret }]]) })],
    ['words', () => new Error(`no mnemonic: ${words}`)],
    ['words in an address', () => new Error(`https://a.example/?q=${encodeURIComponent(words)}`)],
    ['words as bytes', () => ({ body: encodeUtf8(words) })],
    ['a token', () => new Error(`refused ${token}`)],
    ['its payload', () => ({ data: { payload: token.split('.')[1] } })],
    ['its signature', () => [token.split('.')[2]]],
  ]

  function planted(): Canaries {
    const canaries = new Canaries()
    canaries.bytes('the secret', secret)
    canaries.text('the words', words)
    canaries.token('the token', token)
    return canaries
  }

  it.each(leaks)('%s', (_, leak) => {
    expect(planted().search(everythingOf(leak()))).not.toEqual([])
  })

  it('nothing where nothing is', () => {
    const harmless = new UportError('KEY_NOT_FOUND', 'No such key', { data: { keyId: 'login' } })
    expect(planted().search(everythingOf(harmless))).toEqual([])
  })

  it('a key store that leaks its digest in an error of its own, and one that prints it', async () => {
    class LeakyKeyStore extends AbstractKeyStore {
      protected override async loadPublicKey() {
        return {
          point: Uint8Array.from(
            Buffer.from('0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798', 'hex'),
          ),
        }
      }

      protected override async signDigest(keyId: string, given: Uint8Array): Promise<never> {
        console.log('signing', given)
        throw new UportError('KEY_STORE_FAILED', 'failed', {
          data: { keyId, reason: encodeBase64url(given) },
        })
      }
    }
    const preimage = encodeUtf8('header.payload')
    const context: SignContext = { purpose: 'jwt', hash: 'sha256', preimage, preview: {} }
    const canaries = new Canaries()
    const hash = canaries.bytes('the digest', sha256(preimage))
    const { result, printed } = await capturePrinted(() =>
      failureOf(() => new LeakyKeyStore().sign('key', hash, context)),
    )
    expect(canaries.search(everythingOf(result))).toContain('the digest in Base64url')
    expect(canaries.search(printed)).toContain('the first bytes of the digest')
  })
})
