// One token: verified by a key in the document, by an address, and signed.

import { createNobleEngine, decodeJwt, sha256, verifyJwt } from '@uport-kit/core'
import { createJWT, ES256KSigner, verifyJWT } from 'did-jwt'
import { alternate, timesAsLong } from '../lib/alternate.mjs'
import {
  AUDIENCE,
  byAddress,
  byKey,
  claims,
  keys,
  native,
  noble,
  privateKey,
  publicKey,
  rules,
  sign,
  TOKENS,
  theirResolver,
  tokensOf,
  tokensOfStrangers,
} from '../lib/world.mjs'

// did-jwt writes into its options: used again, they would skip the resolver and check the next token by the first key.
const fresh = () => ({ resolver: theirResolver, audience: AUDIENCE })
const theirs = (tokens) => async (index) =>
  (await verifyJWT(tokens[index % tokens.length], fresh())).verified === true
const ours = (tokens, engine) => async (index) =>
  (await verifyJwt(tokens[index % tokens.length], rules(engine))).key !== undefined

export async function measureTokens(options) {
  return [
    await verifyByKey(options),
    await outsideTheCurve(options),
    await verifyByAddress(options),
    await signOne(options),
  ]
}

async function verifyByKey(options) {
  const tokens = await tokensOf(byKey, 'ES256K')
  const hot = createNobleEngine()
  hot.prepare(publicKey)
  const rows = await alternate(
    [
      { name: 'did-jwt 9 verifyJWT', run: theirs(tokens) },
      { name: 'ours, default engine', run: ours(tokens, noble) },
      { name: 'ours, default engine, hot issuer', run: ours(tokens, hot) },
      { name: 'ours, native engine', run: ours(tokens, native) },
    ],
    options,
  )
  const [peer, cold, warm, fast] = rows
  return {
    title: 'Verify one JWT, key in the document',
    rows,
    claims: [
      {
        work: 'verify one JWT, native engine, against did-jwt 9',
        least: 30,
        factor: timesAsLong(peer, fast),
      },
      {
        work: 'verify one JWT, default engine, against did-jwt 9',
        least: 1.3,
        factor: timesAsLong(peer, cold),
      },
      {
        work: 'verify one JWT, default engine, hot issuer, against did-jwt 9',
        least: 2.5,
        factor: timesAsLong(peer, warm),
      },
    ],
  }
}

/** By itself: beside BigInt arithmetic the collector's work would count as ours. */
export async function outsideTheCurve(options) {
  const tokens = await tokensOf(byKey, 'ES256K')
  const parts = tokens.map((token) => {
    const { signature, signingInput } = decodeJwt(token)
    return { signature, digest: sha256(new TextEncoder().encode(signingInput)) }
  })
  const curve = (index) =>
    native.verify(parts[index % TOKENS].signature, parts[index % TOKENS].digest, publicKey)
  const rows = await alternate(
    [
      { name: 'ours, native engine', run: ours(tokens, native) },
      { name: 'the curve alone, native', run: curve },
    ],
    options,
  )
  const [whole, alone] = rows
  const work = 'share of native verification outside the curve'
  return {
    title: 'Native verification and its curve',
    rows,
    claims: [{ work, most: 0.25, share: 1 - timesAsLong(alone, whole) }],
  }
}

/** More addresses than are remembered, so that each is new again when its turn comes. */
const STRANGERS = 1100

/** Every batch begins with index 0, which must not bring the strangers of the batch before. */
function inTurn(run) {
  let turn = 0
  return () => run(turn++)
}

async function verifyByAddress(options) {
  const tokens = await tokensOf(byAddress, 'ES256K-R')
  const ofStrangers = await tokensOfStrangers(STRANGERS)
  const rows = await alternate(
    [
      { name: 'did-jwt 9 verifyJWT, ES256K-R by address', run: inTurn(theirs(ofStrangers)) },
      {
        name: 'ours, native engine, address for the first time',
        run: inTurn(ours(ofStrangers, native)),
      },
      { name: 'ours, native engine, address known', run: ours(tokens, native) },
      { name: 'ours, default engine, address known', run: ours(tokens, noble) },
    ],
    options,
  )
  const [peer, cold, warm] = rows
  return {
    title: 'Verify one JWT, ES256K-R by address',
    rows,
    claims: [
      {
        work: 'verify ES256K-R by address, native, against did-jwt 9',
        least: 25,
        factor: timesAsLong(peer, cold),
      },
      { work: 'the same, repeated address', least: 30, factor: timesAsLong(peer, warm) },
    ],
  }
}

async function signOne(options) {
  const signer = ES256KSigner(privateKey)
  const rows = await alternate(
    [
      {
        name: 'did-jwt 9 createJWT',
        run: (index) => createJWT(claims(index), { issuer: byKey, signer, expiresIn: 3600 }),
        check: async () => (await keys.get('bench')) !== undefined,
      },
      {
        name: 'ours, native engine',
        run: sign,
        check: async () => (await verifyJWT(await sign(0), fresh())).verified === true,
      },
    ],
    options,
  )
  return {
    title: 'Sign one JWT',
    rows,
    claims: [
      {
        work: 'sign one JWT, native, against did-jwt 9 createJWT',
        least: 10,
        factor: timesAsLong(rows[0], rows[1]),
      },
    ],
  }
}
