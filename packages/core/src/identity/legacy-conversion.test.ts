import { describe, expect, it } from 'vitest'
import { decodeHex, encodeHex } from '../bytes/hex.ts'
import { parseDidDocument, readEncryptionKey, readProfile, readVerificationKeys } from './did-document.ts'
import {
  createDidDocument,
  toDidDocument,
  toLegacyDidDocument,
  toW3cDidDocument,
} from './legacy-conversion.ts'

const MNID = '2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX'
const DID = `did:uport:${MNID}` as const
const HEX =
  '04613bb3a4874d27032618f020614c21cbe4c4e4781687525f6674089f9bd3d6c7f6eb13569053d31715a3ba32e0b791b97922af6387f087d6b5548c06944ab062'
const POINT = decodeHex(HEX)!
const KEY32 = new Uint8Array(32).fill(9)
const ADDRESS = '0x00521965e7bd230323c423d96c657db5b79d099f'

const full = createDidDocument({
  did: MNID,
  publicKey: POINT,
  publicEncKey: KEY32,
  profile: { name: 'Bob', url: 'x' },
})

describe('createDidDocument', () => {
  it('is what an identity document converts to', () => {
    const stored = {
      publicKey: HEX,
      publicEncKey: 'CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=',
      name: 'Bob',
      url: 'x',
    }
    expect(full).toEqual(toDidDocument(stored, MNID))
    expect(Object.isFrozen(full['publicKey'])).toBe(true)
  })

  it('leaves out what there is not', () => {
    const document = createDidDocument({ did: DID, publicKey: POINT })
    expect(Object.keys(document)).toEqual(['@context', 'id', 'publicKey', 'authentication'])
    expect(document['publicKey']).toHaveLength(1)
  })

  it('refuses what is no key', () => {
    expect(() => createDidDocument({ did: DID, publicKey: KEY32 })).toThrow(TypeError)
    expect(() => createDidDocument({ did: 'hello', publicKey: POINT })).toThrow(
      expect.objectContaining({ code: 'DID_INVALID' }),
    )
  })
})

describe('toDidDocument', () => {
  it('is not put off by an encryption key that cannot be read', () => {
    for (const publicEncKey of ['?', 7, null]) {
      const document = toDidDocument({ publicKey: HEX, publicEncKey }, DID)
      expect(readVerificationKeys(document)).toHaveLength(1)
      expect(readEncryptionKey(document)).toBeUndefined()
    }
  })

  it.each([
    ['nothing', undefined],
    ['an array', []],
    ['a key that is none', { publicKey: '0x1234' }],
    ['a profile without bounds', { publicKey: HEX, x: 'x'.repeat(300_000) }],
    ['a W3C document', { '@context': 'https://www.w3.org/ns/did/v1', id: DID, verificationMethod: [] }],
  ])('refuses %s', (_, stored) => {
    expect(() => toDidDocument(stored, DID)).toThrow(
      expect.objectContaining({ code: 'DID_DOCUMENT_INVALID' }),
    )
  })

  it('does not let a profile member stand in for a key', () => {
    const stored = {
      publicKey: HEX,
      id: 'did:uport:other',
      verificationMethod: [{ id: '#x' }],
      authentication: ['#x'],
    }
    const document = toDidDocument(stored, DID)
    expect(document.id).toBe(DID)
    expect(readVerificationKeys(document).map((key) => key.id)).toEqual([`${DID}#keys-1`])
    expect(readProfile(document)).toHaveProperty('verificationMethod')
  })
})

describe('toW3cDidDocument', () => {
  it('says the same in the other vocabulary', () => {
    const document = toW3cDidDocument(full)
    expect(document).toMatchObject({
      id: DID,
      verificationMethod: [
        {
          id: `${DID}#keys-1`,
          type: 'EcdsaSecp256k1VerificationKey2019',
          controller: DID,
          publicKeyHex: HEX,
        },
      ],
      authentication: [`${DID}#keys-1`],
      assertionMethod: [`${DID}#keys-1`],
      uportProfile: { name: 'Bob', url: 'x' },
    })
    expect(document).not.toHaveProperty('publicKey')
    expect(readEncryptionKey(document)).toEqual(KEY32)
    expect(readVerificationKeys(document)).toMatchObject([{ publicKey: POINT, authentication: true }])
    expect(toW3cDidDocument(document)).toBe(document)
  })

  it('knows addresses and Ed25519 keys', () => {
    const publicKey = [
      { id: '#a', type: 'Secp256k1VerificationKey2018', ethereumAddress: ADDRESS },
      {
        id: '#b',
        type: 'ED25519SignatureVerification',
        publicKeyBase64: 'CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=',
      },
    ]
    const document = toW3cDidDocument(parseDidDocument({ id: DID, publicKey }, DID))
    expect(readVerificationKeys(document)).toMatchObject([
      { type: 'EcdsaSecp256k1RecoveryMethod2020', ethereumAddress: ADDRESS },
      { type: 'Ed25519VerificationKey2018', ed25519: KEY32 },
    ])
    expect(document).not.toHaveProperty('keyAgreement')
  })
})

describe('toLegacyDidDocument', () => {
  it('comes back from the W3C vocabulary', () => {
    expect(toLegacyDidDocument(toW3cDidDocument(full))).toEqual(full)
  })

  it('converts what only the W3C vocabulary says', () => {
    const source = {
      id: DID,
      verificationMethod: [
        {
          id: '#a',
          type: 'EcdsaSecp256k1RecoveryMethod2020',
          controller: DID,
          blockchainAccountId: `eip155:1:${ADDRESS}`,
        },
        { id: '#b', type: 'Ed25519VerificationKey2018', controller: DID, publicKeyHex: encodeHex(KEY32) },
      ],
      authentication: ['#a', '#b'],
      service: [{ id: '#s', type: 'x', serviceEndpoint: 'https://x.example' }],
    }
    expect(toLegacyDidDocument(parseDidDocument(source, DID))).toEqual({
      '@context': 'https://w3id.org/did/v1',
      id: DID,
      publicKey: [
        { id: `${DID}#a`, type: 'Secp256k1VerificationKey2018', owner: DID, ethereumAddress: ADDRESS },
        {
          id: `${DID}#b`,
          type: 'ED25519SignatureVerification',
          owner: DID,
          publicKeyBase64: 'CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=',
        },
      ],
      authentication: [
        { type: 'Secp256k1SignatureAuthentication2018', publicKey: `${DID}#a` },
        { type: 'ED25519SigningAuthentication', publicKey: `${DID}#b` },
      ],
      service: source.service,
    })
  })

  it('changes nothing in what it was given', () => {
    const before = JSON.stringify(full)
    toLegacyDidDocument(full)
    toW3cDidDocument(full)
    expect(JSON.stringify(full)).toBe(before)
  })
})
