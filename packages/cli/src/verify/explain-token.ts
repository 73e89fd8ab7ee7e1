import {
  type DidResolver,
  decodeJwt,
  isUportError,
  type JsonObject,
  type Options,
  parseCredential,
  type ResolvedDid,
  type UportError,
  type VerifiedJwt,
  type VerifyJwtRules,
  verifyJwt,
} from '@uport-kit/core'
import { CliError } from '../cli-error.ts'
import { RULES, type RuleId, ruleOf } from './rules.ts'

/** What became of one rule. `skipped`: the token gives no occasion. `unreached`: an earlier rule failed. */
export interface RuleResult {
  readonly rule: RuleId
  readonly status: 'passed' | 'failed' | 'undetermined' | 'skipped' | 'unreached'
  readonly asks: string
  /** What was found. */
  readonly found?: string | undefined
  /** Of a failure: the code of its error. */
  readonly code?: string | undefined
}

/** A verdict, and every rule that led to it. */
export interface Explanation {
  /** `undetermined`: a source failed; nothing is said about the token. */
  readonly verdict: 'valid' | 'invalid' | 'undetermined'
  /** The rule that decided against the token. */
  readonly failed?: RuleId | undefined
  readonly rules: readonly RuleResult[]
  /** Proven where the verdict is valid, else only what the token says; absent where it cannot be read. */
  readonly header?: JsonObject | undefined
  readonly payload?: JsonObject | undefined
  readonly error?: UportError | undefined
}

/** Verifies a token and tells every rule that was applied. The verdict is the kernel's; nothing is judged twice. */
export async function explainToken(
  jwt: string,
  rules: VerifyJwtRules,
  options: Options = {},
): Promise<Explanation> {
  const watching = new WatchingResolver(rules.resolver)
  const decoded = decodeOrUndefined(jwt)
  const isCredential = decoded !== undefined && ('claim' in decoded.payload || 'claims' in decoded.payload)
  const facts = { payload: decoded?.payload, header: decoded?.header, watching, isCredential, rules }
  try {
    const verified = await verifyJwt(jwt, { ...rules, resolver: watching }, options)
    if (isCredential) parseCredential(verified.payload)
    return { verdict: 'valid', rules: describe(facts, verified), ...parts(decoded) }
  } catch (error) {
    if (!isUportError(error)) throw error
    // A mistake in the configuration says nothing about the token.
    if (error.cause instanceof CliError) throw error.cause
    const failed = ruleOf(error)
    const verdict = error.retryable ? 'undetermined' : 'invalid'
    return {
      verdict,
      failed,
      rules: describe(facts, undefined, { failed, verdict, error }),
      ...parts(decoded),
      error,
    }
  }
}

interface Facts {
  readonly payload: JsonObject | undefined
  readonly header: JsonObject | undefined
  readonly watching: WatchingResolver
  readonly isCredential: boolean
  readonly rules: VerifyJwtRules
}

interface Failure {
  readonly failed: RuleId
  readonly verdict: 'invalid' | 'undetermined'
  readonly error: UportError
}

function describe(facts: Facts, verified?: VerifiedJwt, failure?: Failure): readonly RuleResult[] {
  const end = failure === undefined ? RULES.length : RULES.findIndex(({ id }) => id === failure.failed)
  return RULES.map(({ id, asks }, index): RuleResult => {
    if (index > end) return { rule: id, status: 'unreached', asks }
    if (index === end && failure !== undefined) {
      const { verdict, error } = failure
      const status = verdict === 'invalid' ? 'failed' : 'undetermined'
      return { rule: id, status, asks, found: error.message, code: error.code }
    }
    const found = findingOf(id, facts, verified)
    return found === undefined
      ? { rule: id, status: 'skipped', asks }
      : { rule: id, status: 'passed', asks, found }
  })
}

/** What a rule that passed found; `undefined` where the token gave it no occasion. */
function findingOf(rule: RuleId, facts: Facts, verified: VerifiedJwt | undefined): string | undefined {
  const { payload = {}, header = {}, watching, rules } = facts
  switch (rule) {
    case 'form':
      return 'it is a JWT'
    case 'algorithm':
      return String(header['alg'])
    case 'signature-form':
      return `fits ${String(header['alg'])}`
    case 'claims':
      return 'of the right types'
    case 'issuer':
      return String(payload['iss'])
    case 'registry':
      return watching.resolved?.did
    case 'content':
      return watching.resolved?.versionId
    case 'document':
      return watching.resolved === undefined ? undefined : `speaks for ${watching.resolved.document.id}`
    case 'key':
      return verified?.key.id ?? 'there is one'
    case 'signature':
      return verified === undefined ? 'made by one of them' : `made by ${verified.key.id}`
    case 'start':
      return startOf(payload)
    case 'expiry':
      return payload['exp'] === undefined ? undefined : `until ${timeOf(payload['exp'])}`
    case 'audience':
      return payload['aud'] === undefined
        ? undefined
        : `addressed to ${JSON.stringify(rules.audience ?? rules.callback)}`
    case 'credential':
      return facts.isCredential ? `about ${String(payload['sub'])}` : undefined
  }
}

function startOf(payload: JsonObject): string | undefined {
  const start = payload['nbf'] ?? payload['iat']
  return start === undefined ? undefined : `from ${timeOf(start)}`
}

/** Seconds as a date, where a date can say them. */
function timeOf(seconds: unknown): string {
  const date = new Date(Number(seconds) * 1000)
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString()
}

function parts(decoded: ReturnType<typeof decodeOrUndefined>): Pick<Explanation, 'header' | 'payload'> {
  return decoded === undefined ? {} : { header: decoded.header, payload: decoded.payload }
}

function decodeOrUndefined(jwt: string) {
  try {
    return decodeJwt(jwt)
  } catch {
    return undefined
  }
}

/** Remembers what a resolver answered, for the explanation. */
class WatchingResolver implements DidResolver {
  readonly methods: readonly string[]
  resolved: ResolvedDid | undefined
  readonly #resolver: DidResolver

  constructor(resolver: DidResolver) {
    this.#resolver = resolver
    this.methods = resolver.methods
  }

  async resolve(...args: Parameters<DidResolver['resolve']>): Promise<ResolvedDid> {
    this.resolved = await this.#resolver.resolve(...args)
    return this.resolved
  }
}
