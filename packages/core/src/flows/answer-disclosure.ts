import { UportError } from '../errors/uport-error.ts'
import { type DisclosureRequest, parseDisclosureRequest } from '../messages/disclosure-request.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import { missingOwnClaims } from './essential-claims.ts'
import { defineReplyFlow, type ReplyFlow } from './flow.ts'

/** What the person chose to tell. */
export interface DisclosureAnswer {
  /** Own claims by name; only names that were asked for. */
  readonly claims: JsonObject
  /** Credential JWTs. */
  readonly credentials?: readonly string[] | undefined
}

function assertAsked(request: DisclosureRequest, claims: JsonObject): void {
  const asked = new Set(request.own.map(({ name }) => name))
  for (const name of Object.keys(claims)) {
    if (!asked.has(name)) throw new TypeError(`answerDisclosure: the claim ${name} was not asked for`)
  }
}

/**
 * The wallet's half of the disclosure flow. Tells nothing that was not asked for, and refuses to answer without what
 * the request calls essential: decline instead.
 */
export const answerDisclosure: ReplyFlow<DisclosureRequest, DisclosureAnswer> = defineReplyFlow({
  requestTypes: ['shareReq'],
  parseRequest: parseDisclosureRequest,
  async createReply(request: DisclosureRequest, answer: DisclosureAnswer, context) {
    assertAsked(request, answer.claims)
    const missing = missingOwnClaims(request, answer.claims)
    if (missing.length > 0) {
      throw new UportError(
        'ESSENTIAL_CLAIMS_MISSING',
        'The answer lacks essential claims: give them or decline.',
        {
          data: { own: missing, verifiable: [] },
        },
      )
    }
    const payload: Record<string, Json> = { type: 'shareResp' }
    if (Object.keys(answer.claims).length > 0) payload['own'] = answer.claims
    if (answer.credentials !== undefined && answer.credentials.length > 0) {
      payload['verified'] = [...answer.credentials]
    }
    return { access_token: await context.sign(payload) }
  },
})
