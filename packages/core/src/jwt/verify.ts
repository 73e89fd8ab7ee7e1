import { isUportError, UportError } from '../errors/uport-error.ts'
import { foldDid } from '../identity/did.ts'
import { parseDidDocument, toOwnKey, type VerificationKey } from '../identity/did-document.ts'
import type { Did } from '../ports/did.ts'
import type { DidDocument, DidResolver, ResolvedDid } from '../ports/did-resolver.ts'
import type { JsonObject } from '../ports/json.ts'
import type { Options } from '../ports/options.ts'
import { abortable } from './abortable.ts'
import { type AudienceRules, checkAudience, readAudience } from './audience.ts'
import { candidateKeys } from './candidate-keys.ts'
import { type DecodedJwt, decodeJwt, type JwtHeader } from './decode.ts'
import { createNobleEngine } from './noble-engine.ts'
import type { DeferrableEngine, Secp256k1Engine } from './secp256k1-engine.ts'
import { checkSignatureLength, isBuiltIn, selectVerifier, verifySignature } from './signature.ts'
import type { SignatureVerdicts } from './signature-verdicts.ts'
import type { SignatureVerifier } from './signature-verifier.ts'
import { checkTime, readTimeClaims, requireTimeRules, type TimeClaims, type TimeRules } from './time.ts'

/** What a verifier asks of a token. Only read, never written: one object may serve any number of tokens. */
export interface VerifyJwtRules extends TimeRules, AudienceRules {
  /** Finds the issuer's document: the only thing a token makes this machine contact. */
  readonly resolver: DidResolver
  /** Default: the engine of `createNobleEngine`. */
  readonly engine?: DeferrableEngine | undefined
  /**
   * Whether many tokens of this issuer are expected, so that the engine may spend time and memory on its key once it has
   * seen some of them pass. Default: of nobody, because anybody can be an issuer.
   */
  readonly isFrequentIssuer?: ((issuer: Did) => boolean) | undefined
  /** Accept only keys that the issuer's document lists for authentication. */
  readonly authentication?: boolean | undefined
  /** Ask the registry again, past every cache of mutable state. */
  readonly fresh?: boolean | undefined
  /** Remembers signatures that were verified; nothing else of a token. Default: each is verified anew. */
  readonly verdicts?: Pick<SignatureVerdicts, 'find' | 'remember'> | undefined
  /** Longer tokens are refused unread. Default 65 536. */
  readonly maxBytes?: number | undefined
  /** Algorithms beside `ES256K` and `ES256K-R`, by the header's `alg`. */
  readonly algorithms?: ReadonlyMap<string, SignatureVerifier> | undefined
}

/** A token that its issuer signed, is valid now, and is addressed to this verifier. Frozen. */
export interface VerifiedJwt {
  /** `iss`, folded: a bare MNID as its did:uport, the hex of an address in lower case. */
  readonly issuer: Did
  /** Deep-frozen. */
  readonly header: JwtHeader
  /** Deep-frozen. */
  readonly payload: JsonObject
  /** The token as received. Never an id of what was said: its signature has two spellings. */
  readonly jwt: string
  /** What was signed: the id to use. */
  readonly signingInput: string
  /** The issuer's document as it was read. */
  readonly document: DidDocument
  /** The key that signed. */
  readonly key: VerificationKey
  /** The resolver's whole answer: what pins the document, and facts to show. */
  readonly resolved: ResolvedDid
  /** Its times as they were read: in seconds, also where the token has milliseconds and the rules allow it. */
  readonly times: TimeClaims
  /** Seconds of tolerance the token needed: 0 where both clocks agree, at most the rules' skew. */
  readonly skewUsed: number
}

/** Where nobody gave another: keeps what it parsed of keys, and nothing that one could notice. */
export const defaultEngine: Secp256k1Engine = createNobleEngine()

/**
 * Verifies a JWT: its form, the issuer's signature, its times and its audience.
 *
 * Order: form, algorithm and types of the claims, which cost nothing; then the issuer's document and the signature; times
 * and audience last. So an error about times or audience is about a token that its issuer really signed, and a forged
 * token never passes for an expired one.
 *
 * @param jwt compact form (RFC 7515, section 7.1)
 * @throws TypeError where the rules are wrong
 * @throws UportError `JWT_MALFORMED`, `JWT_TOO_LARGE`, `JWT_ALGORITHM_UNSUPPORTED`, `JWT_CLAIM_INVALID`,
 * `JWT_SIGNATURE_LENGTH`, `JWT_NO_SUITABLE_KEY`, `JWT_SIGNATURE_INVALID`, `JWT_NOT_YET_VALID`, `JWT_EXPIRED`,
 * `JWT_AUDIENCE_MISMATCH`; `DID_INVALID`, `MNID_INVALID` for an `iss` that is no identifier; `DID_DOCUMENT_INVALID`,
 * `DID_DOCUMENT_ID_MISMATCH`; and what the resolver rejects with (`DID_RESOLUTION_FAILED` where it is no UportError)
 */
export function verifyJwt(jwt: unknown, rules: VerifyJwtRules, options: Options = {}): Promise<VerifiedJwt> {
  return verifyInTurn(jwt, rules, options)
}

/** What the tokens that are verified together share. */
interface SharedTurn {
  /** Answers in place of the rules' resolver. The rules stay what they are: a copy of them would lack what they inherit. */
  readonly resolver: DidResolver
  /** Asked immediately before the arithmetic; while it gives a promise, the token waits. */
  readonly pause: () => Promise<void> | undefined
}

/** As `verifyJwt`, for one token of many. */
export async function verifyInTurn(
  jwt: unknown,
  rules: VerifyJwtRules,
  options: Options,
  shared?: SharedTurn,
): Promise<VerifiedJwt> {
  requireTimeRules(rules)
  options.signal?.throwIfAborted()
  const decoded = decodeJwt(jwt, { maxBytes: rules.maxBytes })
  const { header, payload, signingInput } = decoded
  const verifier = judgeHeader(decoded, rules)
  const times = readTimeClaims(payload, rules)
  const audience = readAudience(payload)
  const issuer = readIssuer(payload)

  let resolved: ResolvedDid
  try {
    const { signal } = options
    const asked = (shared?.resolver ?? rules.resolver).resolve(issuer, { signal, fresh: rules.fresh })
    resolved = await abortable(asked, signal)
  } catch (error) {
    throw toResolutionError(error, issuer, options)
  }
  const document = parseDidDocument(resolved.document, issuer)
  const keys = candidateKeys(document, issuer, header.alg, verifier, rules.authentication === true)
  const token = { algorithm: header.alg, signingInput, signature: decoded.signature, document }
  const verdicts = isBuiltIn(header.alg) ? rules.verdicts : undefined
  const subject = {
    jwt: decoded.jwt,
    versionId: resolved.versionId,
    authentication: rules.authentication === true,
  }
  const known = verdicts?.find(subject, keys)
  for (let turn = shared?.pause(); turn !== undefined; turn = shared?.pause()) await turn
  const signer = known ?? verifySignature(token, keys, verifier, issuer)
  const key = signer instanceof Promise ? await signer : signer
  if (known === undefined) verdicts?.remember(subject, key)

  const skewUsed = checkTime(times, rules)
  checkAudience(audience, rules)
  if (key.publicKey !== undefined && rules.isFrequentIssuer?.(issuer) === true) {
    rules.engine?.expectMore?.(key.publicKey)
  }
  return Object.freeze({
    issuer,
    header,
    payload,
    jwt: decoded.jwt,
    signingInput,
    document,
    key: toOwnKey(document, key),
    resolved,
    times: Object.freeze(times),
    skewUsed,
  })
}

function judgeHeader(decoded: DecodedJwt, rules: VerifyJwtRules): SignatureVerifier {
  const { header, signature } = decoded
  if (header['crit'] !== undefined) {
    const reason = 'header has critical members'
    throw new UportError(
      'JWT_MALFORMED',
      'The token needs extensions that are unknown here: ask for one without crit',
      {
        data: { reason },
      },
    )
  }
  const verifier = selectVerifier(header.alg, rules.engine ?? defaultEngine, rules.algorithms)
  checkSignatureLength(header.alg, signature, verifier)
  return verifier
}

function readIssuer(payload: JsonObject): Did {
  const issuer = payload['iss']
  if (typeof issuer === 'string') return foldDid(issuer)
  const reason = issuer === undefined ? 'missing' : 'not text'
  throw new UportError('JWT_CLAIM_INVALID', `The token's iss is ${reason}: its issuer must write its DID`, {
    data: { claim: 'iss', reason },
  })
}

function toResolutionError(error: unknown, did: Did, { signal }: Options): unknown {
  if (signal?.aborted) return signal.reason
  if (isUportError(error)) return error
  return new UportError('DID_RESOLUTION_FAILED', "The issuer's document could not be fetched: try again", {
    data: { did },
    cause: error,
    retryable: true,
  })
}
