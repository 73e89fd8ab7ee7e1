import {
  createDidDocument,
  type Did,
  type DidResolver,
  decodeJwt,
  foldDid,
  isUportError,
  type JsonObject,
  sameDid,
  UportError,
  type VerifiedJwt,
  type VerifyJwtRules,
  verifyJwt,
} from '@uport-kit/core'

/** What a challenge is judged by. */
export interface ChallengeRules {
  /** The verifier's own DID. */
  readonly did: string
  /** The verifier's own key, 33 bytes, where it is known; otherwise its document is asked. */
  readonly publicKey: Uint8Array | undefined
  readonly rules: VerifyJwtRules
}

/**
 * Verifies the request that a response carries as its challenge: a `shareReq` of the verifier itself, signed by its own
 * key and not expired. Anybody can sign a request; only one of our own proves that the response answers us.
 *
 * @throws UportError `REPLY_NOT_BOUND`, its cause saying why; a retryable one where the own document cannot be fetched
 */
export async function verifyChallenge(
  response: JsonObject,
  { did, publicKey, rules }: ChallengeRules,
): Promise<VerifiedJwt> {
  const req = Object.hasOwn(response, 'req') ? response['req'] : undefined
  if (req === undefined || req === null || req === '')
    throw notBound('Challenge was not included in response')
  try {
    const { payload } = decodeJwt(req)
    const issuer = payload['iss']
    if (typeof issuer !== 'string' || !sameDid(issuer, did))
      throw notBound('Challenge was not issued by this verifier')
    if (payload['type'] !== 'shareReq') throw notBound('Challenge payload type invalid: it is no shareReq')
    const resolver = publicKey === undefined ? rules.resolver : ownResolver(foldDid(did), publicKey)
    return await verifyJwt(req, { ...rules, resolver, requireExpiry: true })
  } catch (error) {
    if (isUportError(error, 'REPLY_NOT_BOUND') || !isUportError(error) || error.retryable) throw error
    throw notBound('Challenge is no live request of this verifier', error)
  }
}

/** Knows the verifier's own key and nothing else: a challenge is checked by what signed it, without a network. */
function ownResolver(did: Did, publicKey: Uint8Array): DidResolver {
  const document = createDidDocument({ did, publicKey })
  return {
    methods: [did.split(':')[1] ?? ''],
    resolve: async () => ({ did, document }),
  }
}

function notBound(message: string, cause?: unknown): UportError<'REPLY_NOT_BOUND'> {
  return new UportError('REPLY_NOT_BOUND', message, { cause })
}
