import {
  type Clock,
  type DeferrableEngine,
  type Did,
  type DidResolver,
  decodeJwt,
  encodeHex,
  foldDid,
  isUportError,
  type JwtSigner,
  keyDidResolver,
  MethodRouter,
  type Options,
  parseAccountReference,
  sha256Base64url,
  signJwt,
  UportError,
  verifyJwt,
} from '@uport-kit/core'
import { configInvalid } from '../config-invalid.ts'
import { Refusal } from '../refusal.ts'

/** Who may issue fuel tokens. */
export interface FuelIssuer {
  /** `did:key` needs nothing more; for others give `publicKey`, or the sponsor a resolver of the method. */
  readonly did: string
  /** Its secp256k1 key, 33 or 65 bytes: nobody is asked for a document then. */
  readonly publicKey?: Uint8Array | undefined
}

/** What a verified fuel token says. */
export interface FuelToken {
  /** The device address it was issued for: `0x` and 40 lower-case hex digits. */
  readonly subject: string
  /** Names the token in the budgets: a hash of what was signed, so that no second spelling of it has a budget of its own. */
  readonly id: string
  /** Unix seconds. */
  readonly expiresAt: number
}

export interface FuelTokenVerifier {
  /** @throws Refusal */
  verify(authorization: string | undefined, options?: Options): Promise<FuelToken>
}

export interface FuelTokenRules {
  readonly issuers: readonly FuelIssuer[]
  /** The sponsor's own DIDs: a token that names an audience must name one of them. */
  readonly audience?: string | readonly string[] | undefined
  /** For issuers that have neither a `publicKey` here nor a did:key. */
  readonly resolver?: DidResolver | undefined
  /** Verifies the signatures. Default: the one of `createNobleEngine`. */
  readonly engine?: DeferrableEngine | undefined
  readonly clock: Clock
}

const MAX_TOKEN_BYTES = 8_192

/** Members of other tokens that an issuer may sign about a person or send to one: credentials, presentations, messages. */
const OTHER_KINDS = ['claim', 'claims', 'vc', 'vp', 'type'] as const
const BEARER = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i

/**
 * Issues a fuel token: the sponsor pays for the transactions of this device until it expires. Who runs the issuer decides
 * whom to give one, after a captcha, a login or a payment.
 *
 * @param subject the device's address, `0x` hex
 * @param expiresIn seconds
 * @throws TypeError where the subject is no address or the time not positive; UportError: the key store's codes
 */
export async function issueFuelToken(
  { subject, expiresIn, audience }: FuelTokenClaims,
  issuer: JwtSigner,
  options: Options & { readonly now?: number | undefined } = {},
): Promise<string> {
  if (parseAccountReference(subject)?.address !== subject.toLowerCase())
    throw new TypeError('subject must be an address')
  if (!Number.isSafeInteger(expiresIn) || expiresIn < 1)
    throw new TypeError('expiresIn must be a whole number of seconds')
  return signJwt({ sub: subject, aud: audience }, issuer, { ...options, expiresIn })
}

export interface FuelTokenClaims {
  readonly subject: string
  readonly expiresIn: number
  /** The sponsor's DID, where several sponsors trust the issuer. */
  readonly audience?: string | undefined
}

/**
 * Verifies fuel tokens: issuer on the list before anybody is asked for anything, signature, expiry (required), audience
 * where named, and a subject that is an account. Whoever issues them may also issue credentials and send messages: those
 * pay for nothing.
 *
 * @throws UportError `SPONSOR_CONFIG_INVALID`
 */
export function createFuelTokenVerifier(rules: FuelTokenRules): FuelTokenVerifier {
  const issuers = readIssuers(rules)
  return Object.freeze<FuelTokenVerifier>({
    async verify(authorization, { signal } = {}) {
      if (authorization === undefined)
        throw new Refusal('TOKEN_MISSING', 'no headers: send Authorization: Bearer')
      const jwt = BEARER.exec(authorization)?.[1]
      if (jwt === undefined) throw invalidToken('not a bearer token')
      const issuer = issuers.get(claimedIssuer(jwt) ?? '')
      if (issuer === undefined)
        throw new Refusal('ISSUER_NOT_ALLOWED', 'iss not allowed: the sponsor takes no tokens of this issuer')
      return readToken(jwt, issuer, rules, signal)
    },
  })
}

async function readToken(
  jwt: string,
  resolver: DidResolver,
  { clock, audience, engine }: FuelTokenRules,
  signal: AbortSignal | undefined,
): Promise<FuelToken> {
  try {
    const now = clock.now()
    const all = { resolver, engine, now, audience, requireExpiry: true, maxBytes: MAX_TOKEN_BYTES }
    const { payload, signingInput, times } = await verifyJwt(jwt, all, { signal })
    if (OTHER_KINDS.some((name) => Object.hasOwn(payload, name))) throw invalidToken('not a fuel token')
    const subject = parseAccountReference(payload['sub'])?.address
    if (subject === undefined) throw invalidToken('sub is no account')
    return Object.freeze({ subject, id: sha256Base64url(signingInput), expiresAt: times.exp ?? now })
  } catch (cause) {
    if (!isUportError(cause)) throw cause
    if (cause.retryable)
      throw new Refusal('ISSUER_UNRESOLVED', "the issuer's key could not be looked up: try again", {
        retryAfter: 5,
        cause,
      })
    throw invalidToken(cause.code, cause)
  }
}

function claimedIssuer(jwt: string): Did | undefined {
  try {
    const { iss } = decodeJwt(jwt, { maxBytes: MAX_TOKEN_BYTES }).payload
    return typeof iss === 'string' ? foldDid(iss) : undefined
  } catch {
    return undefined
  }
}

function invalidToken(reason: string, cause?: unknown): Refusal {
  return new Refusal('TOKEN_INVALID', `Invalid JWT token (${reason})`, { facts: { reason }, cause })
}

/** The resolver that answers for each issuer on the list. */
function readIssuers({ issuers, resolver }: FuelTokenRules): ReadonlyMap<string, DidResolver> {
  if (issuers.length === 0) throw configInvalid('issuers', 'name at least one issuer of fuel tokens')
  const router = new MethodRouter([
    ...(resolver?.methods.includes('key') === true ? [] : [keyDidResolver()]),
    ...(resolver === undefined ? [] : [resolver]),
  ])
  return new Map(
    issuers.map(({ did, publicKey }) => {
      const folded = foldIssuer(did)
      if (publicKey !== undefined) return [folded, pinnedResolver(folded, publicKey)]
      const method = folded.split(':')[1] ?? ''
      if (!router.methods.includes(method))
        throw configInvalid(
          'issuers',
          `give the public key of the issuer ${folded}, or a resolver of its method`,
        )
      return [folded, router]
    }),
  )
}

function foldIssuer(did: string): Did {
  try {
    return foldDid(did)
  } catch (cause) {
    throw configInvalid('issuers', 'an issuer is a DID', cause)
  }
}

function pinnedResolver(did: Did, publicKey: Uint8Array): DidResolver {
  const id = `${did}#pinned`
  const document = Object.freeze({
    id: did,
    publicKey: [{ id, type: 'Secp256k1VerificationKey2018', owner: did, publicKeyHex: encodeHex(publicKey) }],
  })
  return {
    methods: [did.split(':')[1] ?? ''],
    async resolve(asked) {
      if (asked === did) return { did, document }
      throw new UportError('DID_NOT_FOUND', 'Only the issuer itself is known here', { data: { did: asked } })
    },
  }
}
