import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Json } from '../ports/json.ts'
import { readVerificationKeys } from './did-document.ts'
import { toDidDocument, toLegacyDidDocument } from './legacy-conversion.ts'

interface Vector {
  readonly id: string
  readonly did: string
  readonly stored: Json
  readonly expect: { readonly ok: boolean; readonly document?: Json; readonly error?: string }
}

const { vectors }: { vectors: readonly Vector[] } = JSON.parse(
  readFileSync(new URL('../../../../test/vectors/identity-documents.json', import.meta.url), 'utf8'),
)
const readable = vectors.filter((vector) => vector.expect.ok && vector.expect.document !== null)
const unreadable = vectors.filter((vector) => vector.expect.document === null)
const refused = vectors.filter((vector) => !vector.expect.ok)

it('covers documents, what is none, and what is refused', () => {
  expect(readable.length).toBeGreaterThan(9)
  expect(unreadable.length).toBe(3)
  expect(refused.map((vector) => vector.expect.error)).toEqual(['document-id-mismatch'])
})

describe('in the vocabulary of its age', () => {
  it.each(readable.map((vector) => [vector.id, vector] as const))('%s', (_, vector) => {
    const document = toDidDocument(vector.stored, vector.did)
    expect(toLegacyDidDocument(document)).toStrictEqual(vector.expect.document)
    expect(readVerificationKeys(document)).toMatchObject([{ authentication: true }])
  })
})

it.each(unreadable.map((vector) => [vector.id, vector] as const))(
  '%s is an error, never an empty document',
  (_, vector) => {
    expect(() => toDidDocument(vector.stored, vector.did)).toThrow(
      expect.objectContaining({ code: 'DID_DOCUMENT_INVALID' }),
    )
  },
)

it.each(refused.map((vector) => [vector.id, vector] as const))('%s', (_, vector) => {
  expect(() => toDidDocument(vector.stored, vector.did)).toThrow(
    expect.objectContaining({ code: 'DID_DOCUMENT_ID_MISMATCH' }),
  )
})

it('keeps every member of the profile, where the original dropped them', () => {
  const vector = vectors.find((candidate) => candidate.id === 'legacy-extra-fields-no-profile')!
  expect(toDidDocument(vector.stored, vector.did)['uportProfile']).toEqual({
    '@context': 'http://schema.org',
    '@type': 'App',
    url: 'https://x.example',
    network: 'rinkeby',
    address: '0x1',
  })
})
