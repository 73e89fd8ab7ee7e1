import { expect, it } from 'vitest'
import { createParty, PartyResolver } from '../../test-support/parties.ts'
import { addressOf } from '../keys/address.ts'
import { createDidDocument } from './legacy-conversion.ts'
import { verifyIdentity } from './verify-identity.ts'

it('passes an identity whose document lists its key, in either form or by address', async () => {
  const party = await createParty('ada')
  const resolver = new PartyResolver([party])
  await verifyIdentity(party.identity, resolver)
  expect(resolver.asked).toEqual([{ did: party.did, fresh: true }])
  const key = await party.identity.keys.get('ada')
  const publicKey = [
    {
      id: `${party.did}#owner`,
      type: 'Secp256k1VerificationKey2018',
      ethereumAddress: addressOf(key?.publicKey ?? new Uint8Array()),
    },
  ]
  resolver.set(party.did, { ...party.document, publicKey })
  await verifyIdentity(party.identity, resolver)
})

it('says so where the document lists another key, or the store has none of that name', async () => {
  const [party, other] = await Promise.all([createParty('ada'), createParty('eve')])
  const key = await other.identity.keys.get('eve')
  const resolver = new PartyResolver([party])
  resolver.set(
    party.did,
    createDidDocument({ did: party.did, publicKey: key?.publicKey ?? new Uint8Array() }),
  )
  await expect(verifyIdentity(party.identity, resolver)).rejects.toMatchObject({
    code: 'IDENTITY_KEY_MISMATCH',
    data: { did: party.did, keyId: 'ada' },
  })
  await expect(verifyIdentity({ ...party.identity, keyId: 'none' }, resolver)).rejects.toMatchObject({
    code: 'KEY_NOT_FOUND',
  })
})
