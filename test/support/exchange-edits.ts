import { disclosure } from '@uport-kit/core'
import { createWorld, NOW } from '../../packages/core/test-support/exchange-world.ts'
import { token } from '../../packages/core/test-support/replies.ts'
import { additionsOf, type MemberTable, PASSES } from './edit-members.ts'

export const BOX_PUB = Buffer.alloc(32, 7).toString('base64')
const OTHER_BOX_PUB = Buffer.alloc(32, 8).toString('base64')

const world = await createWorld()

/** Names and credentials are made from names, so they are the same in every world. */
export const { app, user, issuer } = world
const { stranger } = world
export const mnid = (did: string): string => did.slice('did:uport:'.length)
export const aboutUser = await token(issuer.identity, { sub: user.did, claim: { email: 'ada@example.org' } })
const aboutStranger = await token(issuer.identity, { sub: stranger.did, claim: { email: 'eve@example.org' } })
export const aboutApp = await token(issuer.identity, { sub: app.did, claim: { trade: 'bookshop' } })
/** Of the same app, for the same, at the same time: only what is random differs. */
const { jwt: otherRequest } = await world.requester.create(disclosure, {}, { reply: 'local' })

export const HEADER: MemberTable = {
  typ: { flip: ['JWS', PASSES], drop: PASSES, retype: [42, PASSES] },
  alg: {
    flip: ['none', 'JWT_ALGORITHM_UNSUPPORTED'],
    drop: 'JWT_MALFORMED',
    retype: [['ES256K'], 'JWT_MALFORMED'],
  },
}

export const HEADER_ADDITIONS = additionsOf([
  ['alg', 'HS256', 'JWT_ALGORITHM_UNSUPPORTED'],
  ['alg', 'ES256', 'JWT_ALGORITHM_UNSUPPORTED'],
  ['alg', 'es256k', 'JWT_ALGORITHM_UNSUPPORTED'],
  ['alg', 'ES256K-R', 'JWT_SIGNATURE_LENGTH'],
  ['crit', ['exp'], 'JWT_MALFORMED'],
  ['crit', null, 'JWT_MALFORMED'],
  ['kid', `${stranger.did}#keys-1`, PASSES],
  ['jwk', { kty: 'EC', crv: 'secp256k1' }, PASSES],
])

const INVALID = 'REQUEST_INVALID'

export const REQUEST: MemberTable = {
  iss: {
    flip: [stranger.did, 'JWT_SIGNATURE_INVALID'],
    drop: 'JWT_CLAIM_INVALID',
    retype: [42, 'JWT_CLAIM_INVALID'],
  },
  iat: {
    flip: [NOW + 3600, 'JWT_NOT_YET_VALID'],
    drop: 'JWT_CLAIM_INVALID',
    retype: [String(NOW), 'JWT_CLAIM_INVALID'],
  },
  exp: {
    flip: [NOW - 3600, 'JWT_EXPIRED'],
    drop: 'JWT_CLAIM_INVALID',
    retype: [String(NOW + 60), 'JWT_CLAIM_INVALID'],
  },
  type: {
    flip: ['verReq', 'REQUEST_TYPE_UNSUPPORTED'],
    // Without a type it is a credential, and this wallet takes none.
    drop: 'REQUEST_TYPE_UNSUPPORTED',
    retype: [['shareReq'], 'REQUEST_TYPE_UNSUPPORTED'],
  },
  // Whom the requester names and signs is theirs to choose; the consent shows it.
  callback: {
    flip: ['https://elsewhere.example/t', PASSES],
    drop: 'REQUEST_NO_CALLBACK',
    retype: [42, 'REQUEST_NO_CALLBACK'],
  },
  boxPub: { flip: [OTHER_BOX_PUB, PASSES], drop: PASSES, retype: [42, INVALID] },
  redirect_url: { flip: ['https://elsewhere.example/', PASSES], drop: PASSES, retype: [42, PASSES] },
  claims: { flip: [{ user_info: { phone: null } }, PASSES], drop: PASSES, retype: ['name', INVALID] },
  requested: { flip: [['phone'], PASSES], drop: PASSES, retype: [42, PASSES] },
  verified: { flip: [['phone'], PASSES], drop: PASSES, retype: [42, PASSES] },
  permissions: { flip: [['cards'], PASSES], drop: PASSES, retype: ['notifications', INVALID] },
  net: { flip: ['0x2a', PASSES], drop: INVALID, retype: [1, INVALID] },
  rpc: { flip: ['file:///etc/passwd', INVALID], drop: PASSES, retype: [42, INVALID] },
  act: { flip: ['devicekey', INVALID], drop: PASSES, retype: [['general'], INVALID] },
  vc: { flip: [[aboutStranger], PASSES], drop: PASSES, retype: [aboutApp, INVALID] },
}

export const REQUEST_ADDITIONS = additionsOf([
  ['aud', user.did, PASSES],
  ['aud', [stranger.did, user.did], PASSES],
  ['aud', stranger.did, 'JWT_AUDIENCE_MISMATCH'],
  ['aud', '', 'JWT_AUDIENCE_MISMATCH'],
  ['aud', null, 'JWT_CLAIM_INVALID'],
  ['nbf', NOW + 3600, 'JWT_NOT_YET_VALID'],
  ['nbf', null, 'JWT_CLAIM_INVALID'],
  ['iat', 1.5, 'JWT_CLAIM_INVALID'],
  ['exp', null, 'JWT_CLAIM_INVALID'],
  ['iss', mnid(app.did), PASSES],
  ['iss', '', 'DID_INVALID'],
  ['callback', 'javascript:alert(1)', 'REQUEST_NO_CALLBACK'],
  ['boxPub', '', INVALID],
  ['boxPub', Buffer.alloc(31).toString('base64'), INVALID],
  ['claims', { user_info: { name: { essential: 'yes' } } }, INVALID],
  ['claims', { verifiable: { email: { iss: [issuer.did] } } }, INVALID],
  ['net', 'mainnet', INVALID],
  ['act', 'king', INVALID],
  ['unheardOf', { of: ['any', 'shape'] }, PASSES],
])

const MALFORMED = 'REPLY_MALFORMED'

export const REPLY: MemberTable = {
  iss: {
    flip: [stranger.did, 'JWT_SIGNATURE_INVALID'],
    drop: 'JWT_CLAIM_INVALID',
    retype: [42, 'JWT_CLAIM_INVALID'],
  },
  // When it was signed is informative: `exp` bounds it, and old wallets leave it out.
  iat: {
    flip: [NOW + 3600, 'JWT_NOT_YET_VALID'],
    drop: PASSES,
    retype: [String(NOW), 'JWT_CLAIM_INVALID'],
  },
  exp: {
    flip: [NOW - 3600, 'JWT_EXPIRED'],
    drop: 'JWT_CLAIM_INVALID',
    retype: [String(NOW + 60), 'JWT_CLAIM_INVALID'],
  },
  aud: {
    flip: [stranger.did, 'JWT_AUDIENCE_MISMATCH'],
    drop: 'JWT_AUDIENCE_MISMATCH',
    retype: [42, 'JWT_CLAIM_INVALID'],
  },
  type: {
    flip: ['verResp', 'REPLY_TYPE_MISMATCH'],
    drop: 'REPLY_TYPE_MISMATCH',
    retype: [['shareResp'], 'REPLY_TYPE_MISMATCH'],
  },
  req: { flip: [otherRequest, 'REPLY_NOT_BOUND'], drop: 'REPLY_NOT_BOUND', retype: [42, 'REPLY_NOT_BOUND'] },
  code: {
    flip: ['AAAAAAAAAAAAAAAAAAAAAA', 'DEVICE_CODE_MISMATCH'],
    drop: 'DEVICE_CODE_MISMATCH',
    retype: [42, 'DEVICE_CODE_MISMATCH'],
  },
  // What persons say of themselves is theirs to say.
  own: { flip: [{ name: 'Eve' }, PASSES], drop: 'ESSENTIAL_CLAIMS_MISSING', retype: [42, MALFORMED] },
  verified: {
    flip: [[aboutStranger], 'ESSENTIAL_CLAIMS_MISSING'],
    drop: 'ESSENTIAL_CLAIMS_MISSING',
    retype: [aboutUser, MALFORMED],
  },
  // Naming another's account is no offence; the result says that nothing proves it.
  nad: {
    flip: [mnid(stranger.did), PASSES],
    drop: PASSES,
    retype: [42, MALFORMED],
  },
  capabilities: { flip: [['nonsense'], PASSES], drop: PASSES, retype: ['nonsense', MALFORMED] },
  boxPub: { flip: [OTHER_BOX_PUB, PASSES], drop: PASSES, retype: [42, MALFORMED] },
}

export const REPLY_ADDITIONS = additionsOf([
  ['aud', [stranger.did, app.did], PASSES],
  ['aud', [], 'JWT_AUDIENCE_MISMATCH'],
  ['aud', mnid(app.did), PASSES],
  ['nbf', NOW + 3600, 'JWT_NOT_YET_VALID'],
  ['nbf', NOW, PASSES],
  ['exp', 1e300, 'JWT_CLAIM_INVALID'],
  ['own', { name: '' }, 'ESSENTIAL_CLAIMS_MISSING'],
  ['own', { name: null }, 'ESSENTIAL_CLAIMS_MISSING'],
  ...['did', 'iss', 'sub', 'mnid', 'verified'].map(
    (name) => ['own', { name: 'Eve', [name]: app.did }, 'OWN_CLAIM_RESERVED'] as const,
  ),
  ['own', 'Qm', MALFORMED],
  ['vc', [aboutStranger], PASSES],
  ['vc', 42, MALFORMED],
  ['nad', 'no account', MALFORMED],
  ['nad', `0x${'ab'.repeat(20)}`, MALFORMED],
  ['nad', `did:ethr:0x2a:0x${'ab'.repeat(20)}`, 'REPLY_CONTENT_MISMATCH'],
  ['nad', `did:ethr:0x${'ab'.repeat(20)}`, PASSES],
  ['dad', `0x${'ab'.repeat(20)}`, PASSES],
  ['dad', '0x', MALFORMED],
  ['publicEncKey', 42, PASSES],
  ['unheardOf', null, PASSES],
])

/** The box around a reply; its members are no token's, and nobody signs them. */
export const ENVELOPE: MemberTable = {
  version: {
    flip: ['x25519-xsalsa20-poly1306', 'BOX_UNSUPPORTED_VERSION'],
    drop: 'BOX_UNSUPPORTED_VERSION',
    retype: [1, 'BOX_UNSUPPORTED_VERSION'],
  },
  nonce: {
    flip: [Buffer.alloc(24).toString('base64'), 'BOX_OPEN_FAILED'],
    drop: 'BOX_MALFORMED',
    retype: [42, 'BOX_MALFORMED'],
  },
  ephemPublicKey: {
    flip: [BOX_PUB, 'BOX_OPEN_FAILED'],
    drop: 'BOX_MALFORMED',
    retype: [42, 'BOX_MALFORMED'],
  },
  ciphertext: {
    flip: [Buffer.alloc(64).toString('base64'), 'BOX_OPEN_FAILED'],
    drop: 'BOX_MALFORMED',
    retype: [42, 'BOX_MALFORMED'],
  },
}

/** The parameters inside the box. */
export const PARAMETERS: MemberTable = {
  access_token: { flip: [aboutUser, 'REPLY_TYPE_MISMATCH'], drop: MALFORMED, retype: [42, MALFORMED] },
}
