import { expect, it } from 'vitest'
import { createParty, PartyResolver } from '../../test-support/parties.ts'
import { encodeHex } from '../bytes/hex.ts'
import { addressOf } from '../keys/address.ts'
import { signJwt } from './encode.ts'
import { verifyJwt } from './verify.ts'

const NOW = 1_700_000_000

/** One entry with a victim's point beside the author's own address: whoever signs by the one must not pass for the other. */
it.each(['ES256K', 'ES256K-R'] as const)(
  'an entry signs by its point alone, whatever address stands beside it: %s',
  async (alg) => {
    const [mallory, victim] = await Promise.all([createParty('mallory'), createParty('victim')])
    const own = await mallory.identity.keys.get('mallory')
    const stolen = await victim.identity.keys.get('victim')
    if (own === undefined || stolen === undefined) throw new Error('a party without a key')
    const entry = {
      id: `${mallory.did}#keys-1`,
      type: 'Secp256k1VerificationKey2018',
      owner: mallory.did,
      publicKeyHex: encodeHex(stolen.publicKey),
      ethereumAddress: addressOf(own.publicKey),
    }
    const resolver = new PartyResolver([mallory])
    resolver.set(mallory.did, { ...mallory.document, publicKey: [entry] })
    const jwt = await signJwt({ exp: NOW + 60 }, { ...mallory.identity, alg }, { now: NOW })
    await expect(verifyJwt(jwt, { resolver, now: NOW })).rejects.toMatchObject({
      code: 'JWT_SIGNATURE_INVALID',
    })
  },
)
