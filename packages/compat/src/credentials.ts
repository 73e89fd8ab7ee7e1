import {
  type AnsweredRequests,
  type Clock,
  type DidDocument,
  type DidResolver,
  type JsonObject,
  type JwtClaims,
  type JwtSigner,
  memoryAnsweredRequests,
  sha256Base64url,
  signJwt,
  systemClock,
  UportError,
  type VerifiedJwt,
  type VerifyJwtRules,
  verifyJwt,
} from '@uport-kit/core'
import type { AbiEntry } from './abi-entry.ts'
import { verifyChallenge } from './challenge.ts'
import { checkOwnKey } from './check-own-key.ts'
import { type ContractFactory, createContractFactory, type EncodeCall } from './contract.ts'
import { createDisclosureProfile, type DisclosureProfile, readVerified } from './disclosure-profile.ts'
import { judgeClaims } from './judge-claims.ts'
import { type OwnIdentity, readOwnIdentity } from './own-identity.ts'
import { type CreatedIdentity, createIdentity } from './private-key.ts'
import {
  type DisclosureRequestParams,
  disclosureRequestPayload,
  personalSignPayload,
  type SignatureRequestOptions,
  type TypedData,
  typedDataPayload,
  type VerificationParams,
  type VerificationSignatureParams,
  verificationPayload,
  verificationSignaturePayload,
} from './request-payloads.ts'
import type { CredentialsSettings } from './settings.ts'
import {
  type TransactionParams,
  type TransactionRequestOptions,
  transactionLifetime,
  transactionPayload,
} from './transaction-payload.ts'

/** Seconds that requests and responses live unless told otherwise. */
const LIFETIME = 600
/** The tolerance of the original verifiers. */
const SKEW = 300

/**
 * The `Credentials` of uport-credentials 1.x on the kernel: makes signed requests and credentials, and verifies responses.
 * The tokens are those of the original, byte for byte; what is verified is more.
 */
export class Credentials {
  /** Who requests and credentials are made by, as it was configured. */
  readonly did: string | undefined
  readonly resolver: DidResolver | undefined
  readonly #own: OwnIdentity
  readonly #settings: CredentialsSettings
  readonly #clock: Clock
  readonly #answered: AnsweredRequests

  /** A new did:ethr and its private key in hex, always 64 digits. */
  static createIdentity(): CreatedIdentity {
    return createIdentity()
  }

  /**
   * @throws TypeError where settings are unusable or have moved
   * @throws UportError `IDENTITY_KEY_MISMATCH` where the key is not that of the did:ethr; `DID_INVALID`, `MNID_INVALID`
   */
  constructor(settings: CredentialsSettings = {}) {
    this.#own = readOwnIdentity(settings)
    this.#settings = settings
    this.#clock = settings.clock ?? systemClock()
    this.#answered = settings.answered ?? memoryAnsweredRequests({ clock: this.#clock })
    this.did = this.#own.did
    this.resolver = settings.resolver
  }

  /**
   * Checks against the resolver that the own key may sign for the own DID. Worth a call at start: with another key every
   * token would be refused, at the other end and without a word.
   *
   * @throws UportError `IDENTITY_KEY_MISMATCH`, and the resolver's codes
   */
  async checkIdentity(): Promise<void> {
    await checkOwnKey(await this.#signer(), this.#resolver(), this.#clock.now())
  }

  /**
   * Signs a payload as it is.
   *
   * @param expiresIn seconds; without it the token has no `exp` but the payload's own
   * @throws TypeError `No Signing Identity configured`, and what the signer throws
   */
  async signJWT(payload: JwtClaims, expiresIn?: number): Promise<string> {
    return signJwt(payload, await this.#signer(), { now: this.#clock.now(), expiresIn })
  }

  /** Verifies a token: signature, times, and that its audience is this DID or `callbackUrl`. Says nothing about its type. */
  async verifyJWT(
    token: string,
    options: { readonly callbackUrl?: string | undefined } = {},
  ): Promise<VerifiedJwt> {
    return verifyJwt(token, this.#rules(options.callbackUrl))
  }

  /** A `shareReq`: asks for claims, credentials or an account. */
  async createDisclosureRequest(params: DisclosureRequestParams = {}, expiresIn = LIFETIME): Promise<string> {
    return this.signJWT(disclosureRequestPayload(params), params.exp ? undefined : expiresIn)
  }

  /**
   * A `shareResp`: the wallet's answer. A request in `req` is verified and answered to its issuer.
   *
   * @throws UportError the codes of `verifyJwt` where the request is not to be answered
   */
  async createDisclosureResponse(payload: JwtClaims = {}, expiresIn = LIFETIME): Promise<string> {
    const { type: _, ...members } = payload
    const { req } = members
    if (req === undefined) return this.signJWT({ ...members, type: 'shareResp' }, expiresIn)
    const request = await verifyJwt(req, this.#rules())
    // As it was written: old verifiers compare text.
    return this.signJWT({ ...members, aud: request.payload['iss'], type: 'shareResp' }, expiresIn)
  }

  /** A credential: a claim about `sub`, signed by this DID. */
  async createVerification(params: VerificationParams, expiresIn?: number): Promise<string> {
    return this.signJWT(verificationPayload(params), expiresIn)
  }

  /** A `verReq`: asks somebody to sign a claim. */
  async createVerificationSignatureRequest(
    unsignedClaim: JsonObject,
    params: VerificationSignatureParams,
  ): Promise<string> {
    return this.signJWT(verificationSignaturePayload(unsignedClaim, params), this.#lifetime(params.expiresIn))
  }

  /** An `eip712Req`: asks for a signature over typed data (EIP-712). */
  async createTypedDataSignatureRequest(
    typedData: TypedData,
    options: SignatureRequestOptions = {},
  ): Promise<string> {
    return this.signJWT(typedDataPayload(typedData, options), this.#lifetime(options.expiresIn))
  }

  /** A `personalSigReq`: asks for a signature over text or `0x` hex (EIP-191). */
  async createPersonalSignRequest(data: string, options: SignatureRequestOptions = {}): Promise<string> {
    return this.signJWT(personalSignPayload(data, options), this.#lifetime(options.expiresIn))
  }

  /** An `ethtx`: asks for an Ethereum transaction. */
  async createTxRequest(
    transaction: TransactionParams,
    options: TransactionRequestOptions = {},
  ): Promise<string> {
    const relative = this.#settings.relativeExp === true
    const expiresIn = transactionLifetime(options, relative, this.#clock.now())
    return this.signJWT(transactionPayload(transaction, options), expiresIn)
  }

  /**
   * Makes transaction requests of a contract's functions: `contract(abi).at(address).transfer(to, 5)`.
   *
   * @throws TypeError where neither `encodeCall` nor `callsWithoutData` is configured
   */
  contract(abi: readonly AbiEntry[]): ContractFactory {
    return createContractFactory(abi, {
      encode: this.#encodeCall(),
      send: (transaction, options) => this.createTxRequest(transaction, options),
    })
  }

  /**
   * Verifies the response to a request of ours, once: signed by a key that may authenticate, of type `shareResp`,
   * addressed to us, not expired, and carrying a live request that our own key signed. The request is spent last.
   *
   * @param callbackUrl the URL that a response may be addressed to instead of the DID
   * @throws UportError `REPLY_TYPE_MISMATCH`, `REPLY_NOT_BOUND`, `REPLY_REPLAYED`, `REPLY_MALFORMED`, the codes of `verifyJwt`
   */
  async authenticateDisclosureResponse(token: string, callbackUrl?: string): Promise<DisclosureProfile> {
    const rules = this.#rules(callbackUrl)
    const did = this.#did()
    const { payload, document } = await verifyJwt(token, {
      ...rules,
      ...{ authentication: true, requireExpiry: true, fresh: true },
    })
    requireResponse(payload)
    const publicKey = await this.#own.publicKey()
    const challenge = await verifyChallenge(payload, { did, publicKey, rules: this.#rules() })
    requireAudience(payload, did)
    const profile = await this.processDisclosurePayload({ payload, doc: document })
    const hash = sha256Base64url(challenge.signingInput)
    if (await this.#answered.claim(hash, Number(challenge.payload['exp']))) return profile
    throw new UportError(
      'REPLY_REPLAYED',
      'The request was answered before; make a new one for every answer.',
    )
  }

  /**
   * Verifies a response without a challenge: who signed it and that it is for us, not that it answers anything. It can be
   * presented again until it expires; it logs nobody in.
   *
   * @throws UportError `REPLY_TYPE_MISMATCH`, `REPLY_MALFORMED`, the codes of `verifyJwt`
   */
  async verifyDisclosure(token: string): Promise<DisclosureProfile> {
    const { payload, document } = await verifyJwt(token, { ...this.#rules(), requireExpiry: true })
    requireResponse(payload)
    return this.processDisclosurePayload({ payload, doc: document })
  }

  /**
   * Puts a verified response into the shape of the original and verifies its credentials.
   *
   * @param verified.payload the payload of a response whose signature was verified
   * @param verified.doc the document of who signed it
   * @throws UportError `REPLY_MALFORMED`
   */
  async processDisclosurePayload(verified: {
    readonly payload: JsonObject
    readonly doc: DidDocument
  }): Promise<DisclosureProfile> {
    const { payload, doc } = verified
    const jwts = readVerified(payload)
    if (jwts === undefined) return createDisclosureProfile(payload, doc, undefined)
    const holder = this.#settings.subjects === 'any' ? undefined : String(payload['iss'])
    return createDisclosureProfile(payload, doc, await judgeClaims(jwts, holder, this.#rules()))
  }

  #lifetime(expiresIn: number | undefined): number | undefined {
    return expiresIn ?? (this.#settings.requestsWithoutExp === true ? undefined : LIFETIME)
  }

  #encodeCall(): EncodeCall | undefined {
    const { callsWithoutData, encodeCall } = this.#settings
    if (callsWithoutData === true) return undefined
    if (encodeCall !== undefined) return encodeCall
    throw new TypeError(
      "No encodeCall configured: give Credentials one over your Ethereum library's ABI coder",
    )
  }

  #rules(callback?: string): VerifyJwtRules {
    const { skew = SKEW } = this.#settings
    return { resolver: this.#resolver(), now: this.#clock.now(), skew, audience: this.did, callback }
  }

  async #signer(): Promise<JwtSigner> {
    const { signer } = this.#own
    if (signer !== undefined) return signer
    throw new TypeError('No Signing Identity configured: give Credentials a DID and a key')
  }

  #resolver(): DidResolver {
    if (this.resolver !== undefined) return this.resolver
    throw new TypeError('No resolver configured: give Credentials one of the packages resolver-*')
  }

  #did(): string {
    if (this.did !== undefined) return this.did
    throw new TypeError('No DID configured: responses cannot be addressed to nobody')
  }
}

function requireResponse(payload: JsonObject): void {
  const { type } = payload
  if (type === 'shareResp') return
  throw new UportError('REPLY_TYPE_MISMATCH', 'The token is no disclosure response.', {
    data: { expected: 'shareResp', found: typeof type === 'string' ? type.slice(0, 64) : 'none' },
  })
}

function requireAudience(payload: JsonObject, did: string): void {
  if (payload['aud'] !== undefined) return
  throw new UportError(
    'JWT_AUDIENCE_MISMATCH',
    'The response is addressed to nobody, so anybody could present it.',
    {
      data: { audience: [], expected: [did] },
    },
  )
}
