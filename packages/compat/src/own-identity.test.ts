import { createDidDocument, decodeHex, encodeHex, MemoryKeyStore } from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import { DocumentResolver, ethrDocument } from '../test-support/vectors.ts'
import { code, createWorld } from '../test-support/world.ts'
import { Credentials, type CredentialsSettings } from './index.ts'
import { createIdentity } from './private-key.ts'

describe('keys', () => {
  it('are always 64 digits, and shorter ones of the original are padded', async () => {
    const draws = [new Uint8Array(32), new Uint8Array(32).fill(1, 2)]
    const made = createIdentity(() => draws.shift() ?? new Uint8Array(32).fill(1))
    expect(made.privateKey).toBe(`0000${'01'.repeat(30)}`)
    expect(Credentials.createIdentity().privateKey).toMatch(/^[0-9a-f]{64}$/)
    for (const privateKey of [
      made.privateKey,
      made.privateKey.slice(4),
      made.privateKey.slice(5),
      `0x${made.privateKey}`,
    ]) {
      expect(new Credentials({ privateKey }).did).toBe(made.did)
    }
  })

  it.each(['', '0x', 'zz', '0'.repeat(64), 'f'.repeat(64), '1'.repeat(65)])(
    'are refused where they are none: %s',
    (privateKey) => {
      expect(() => new Credentials({ privateKey })).toThrow(TypeError)
      try {
        new Credentials({ privateKey })
      } catch (error) {
        if (privateKey.length > 3) expect(String(error)).not.toContain(privateKey)
      }
    },
  )

  it('that are not those of the DID are noticed at once, or where the document says so', async () => {
    const { app, user, make, documents, clock } = createWorld()
    expect(() => new Credentials({ did: app.did, privateKey: user.privateKey })).toThrow('not that of')
    expect(
      () =>
        new Credentials({
          did: app.did.toUpperCase().replace('DID:ETHR:0X', 'did:ethr:0x'),
          privateKey: app.privateKey,
        }),
    ).not.toThrow()
    const delegated = { did: app.did, privateKey: user.privateKey, checkKey: false }
    expect(await code(make(delegated).checkIdentity())).toBe('IDENTITY_KEY_MISMATCH')
    const changed = ethrDocument(user.did)
    documents[app.did] = JSON.parse(JSON.stringify(changed).replaceAll(`"${user.did}`, `"${app.did}`))
    const resolver = new DocumentResolver(documents)
    expect(await code(new Credentials({ ...delegated, resolver, clock }).checkIdentity())).toBe('it resolved')
    expect(
      await code(
        make({
          did: 'did:ethr:0x'.concat('1'.repeat(40)),
          privateKey: app.privateKey,
          checkKey: false,
        }).checkIdentity(),
      ),
    ).toBe('DID_NOT_FOUND')
  })

  it('can stay in a key store', async () => {
    const keys = new MemoryKeyStore()
    const { keyId, publicKey } = await keys.create()
    const did = `did:ethr:${keyId}` as const
    const { make, documents, user } = createWorld()
    documents[did] = createDidDocument({ did, publicKey })
    const resolver = new DocumentResolver(documents)
    const app = make({ identity: { did, keyId, keys } }, { resolver })
    const wallet = make(user, { resolver })
    const token = await wallet.createDisclosureResponse({ req: await app.createDisclosureRequest() })
    expect((await app.authenticateDisclosureResponse(token)).did).toBe(user.did)
  })
})

describe('settings', () => {
  const { did, privateKey } = createIdentity()

  it.each([
    [{ networks: {} }, 'networks has moved'],
    [{ ethrConfig: {} }, 'ethrConfig has moved'],
    [{ privateKey, signer: async () => '' }, 'give one of privateKey and signer'],
    [{ did, address: did.slice(9) }, 'did or address'],
    [{ identity: { did, keyId: 'a', keys: new MemoryKeyStore() }, did }, 'identity says the DID'],
    [{ address: '0x12' }, 'address must be'],
  ])('that cannot work say so: %#', (settings, message) => {
    expect(() => new Credentials(settings as CredentialsSettings)).toThrow(message)
    expect(() => new Credentials(settings as CredentialsSettings)).toThrow(TypeError)
  })

  it('are missed by the method that needs them', async () => {
    await expect(new Credentials({ privateKey }).verifyDisclosure('x')).rejects.toThrow(
      'No resolver configured',
    )
    const { resolver } = createWorld()
    await expect(new Credentials({ resolver }).authenticateDisclosureResponse('x')).rejects.toThrow(
      'No DID configured',
    )
    await expect(new Credentials({ did }).checkIdentity()).rejects.toThrow('No Signing Identity configured')
    expect(() => new Credentials({ privateKey }).contract([])).toThrow('No encodeCall configured')
  })
})

describe('a key in hex', () => {
  it('of any case names the same identity', () => {
    const { did, privateKey } = createIdentity()
    const upper = encodeHex(decodeHex(privateKey) ?? new Uint8Array()).toUpperCase()
    expect(new Credentials({ privateKey: upper }).did).toBe(did)
  })
})
