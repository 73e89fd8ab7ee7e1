import { equalBytes } from '../bytes/equal.ts'
import { sha256 } from '../bytes/hash.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { UportError } from '../errors/uport-error.ts'
import type {
  DeviceBinding,
  ReplyJwtRules,
  RequestFlow,
  VerifiedStatement,
  VerifyContext,
} from '../flows/flow.ts'
import { foldDid } from '../identity/did.ts'
import { decodeJwt } from '../jwt/decode.ts'
import { defaultEngine, type VerifyJwtRules, verifyJwt } from '../jwt/verify.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import type { Options } from '../ports/options.ts'
import type { PendingRequest } from '../ports/request-store.ts'
import { OnceResolver } from '../resolve/once-resolver.ts'
import type { RequesterParts } from './requester-parts.ts'

export interface JudgeOptions extends Options {
  /** What the page brought; the reply must then carry it. */
  readonly deviceCode?: string | undefined
}

/** What a flow may use to judge one reply to `record`. */
export function createVerifyContext(
  record: PendingRequest,
  flow: RequestFlow,
  parts: RequesterParts,
  at: { readonly now: number; readonly sealed: boolean },
  { signal, deviceCode }: JudgeOptions,
): VerifyContext {
  const engine = parts.engine ?? defaultEngine
  const rules: VerifyJwtRules = {
    resolver: parts.resolver,
    engine,
    algorithms: parts.algorithms,
    now: at.now,
    skew: parts.skew,
    legacyTimes: parts.legacyTimes,
    audience: record.issuer,
    callback: record.reply.callback,
    isFrequentIssuer: parts.isFrequentIssuer,
  }
  const { verdicts } = parts
  const credentialRules = { ...rules, resolver: new OnceResolver(parts.resolver), verdicts }
  return {
    signal,
    ...at,
    engine,
    subjects: parts.subjects ?? 'holder',
    request: { issuer: foldDid(record.issuer), payload: decodeJwt(record.jwt).payload, jwt: record.jwt },
    requestId: record.id,
    content: parts.content,
    async verifyReplyJwt(jwt, replyRules) {
      // Cheap and offline first: a token that is not bound to us must not make us resolve its issuer.
      const bound = assertBound(jwt, record, replyRules, flow.binding === 'echo')
      const needed = replyRules.standalone !== true
      const statement = await verify(jwt, {
        ...rules,
        requireAudience: needed,
        requireExpiry: needed,
        authentication: replyRules.key !== 'any',
        fresh: true,
      })
      const code = replyRules.unbound === true ? undefined : deviceCode
      return { ...statement, bound, binding: judgeDevice(statement.payload, code) }
    },
    verifyCredential: (jwt) => verify(jwt, credentialRules),
  }

  async function verify(jwt: string, all: VerifyJwtRules): Promise<VerifiedStatement> {
    const { issuer, payload, document, key, skewUsed } = await verifyJwt(jwt, all, { signal })
    return { issuer, payload, jwt, document, key, skewUsed }
  }
}

function assertBound(
  jwt: string,
  record: PendingRequest,
  { type, echo, unbound }: ReplyJwtRules,
  flowEchoes: boolean,
): 'request' | 'channel' {
  const { payload } = decodeJwt(jwt)
  const found = payload['type']
  if (found !== type) {
    throw new UportError('REPLY_TYPE_MISMATCH', 'The reply is of another type than its request asks for.', {
      data: {
        expected: type ?? 'none',
        found: typeof found === 'string' ? found.slice(0, 64) : typeof found,
      },
    })
  }
  const req: Json | undefined = payload['req']
  if (req === record.jwt) return 'request'
  if (req === undefined && !echo && (!flowEchoes || unbound === true)) return 'channel'
  throw new UportError('REPLY_NOT_BOUND', 'The reply does not repeat the request it is said to answer.')
}

/** Without a code from the page nothing is known of the device, whatever the reply says. */
function judgeDevice(payload: JsonObject, deviceCode: string | undefined): DeviceBinding {
  if (deviceCode === undefined) return 'none'
  const code = payload['code']
  // Digests, so that neither length nor common beginning shows in the time taken.
  if (typeof code === 'string' && equalBytes(digestOf(code), digestOf(deviceCode))) return 'same-device'
  throw new UportError(
    'DEVICE_CODE_MISMATCH',
    'The reply does not carry the code that the page brought; offer the request again on this device.',
  )
}

function digestOf(text: string): Uint8Array {
  return sha256(encodeUtf8(text))
}
