import { decodeUtf8 } from '../bytes/utf8.ts'
import { UportError } from '../errors/uport-error.ts'
import { type CredentialJudge, type JudgedCredentials, judgeCredentials } from '../flows/judge-credentials.ts'
import { parseIpfsLink } from '../identity/ipfs-link.ts'
import { type VerifyJwtRules, verifyJwt } from '../jwt/verify.ts'
import { MESSAGE_LIMITS, refuseRequest, textList } from '../messages/members.ts'
import type { ContentSource } from '../ports/content.ts'
import type { Did } from '../ports/did.ts'
import type { JsonObject } from '../ports/json.ts'
import type { Options } from '../ports/options.ts'

const MAX_ENTRIES = 16

/**
 * What others say of the requester: the `vc` of a request, JWTs or `/ipfs/` links to them. An entry that is not verified
 * says nothing; its `jwt` is then the entry as it was written.
 */
export type IssuerClaims = JudgedCredentials

/** @throws UportError `REQUEST_INVALID`: no list of texts, or too many of them */
export function readIssuerClaims(payload: JsonObject): readonly string[] {
  const entries = textList(payload, 'vc', 'vc', refuseRequest, MESSAGE_LIMITS.tokenLength)
  return entries.length <= MAX_ENTRIES ? entries : refuseRequest('vc', 'has too many entries')
}

/** Every entry undetermined: what is said where there was no time to look. */
export function undeterminedClaims(entries: readonly string[]): IssuerClaims {
  const undetermined = entries.map((jwt) => ({ jwt, code: 'CREDENTIAL_UNDETERMINED' }))
  return { verified: [], invalid: [], undetermined }
}

/** Verifies what is said of `requester`; content behind a link is hash-checked by its source and capped here. */
export function verifyIssuerClaims(
  entries: readonly string[],
  requester: Did,
  rules: VerifyJwtRules,
  content: ContentSource | undefined,
  options: Options,
): Promise<IssuerClaims> {
  const judge: CredentialJudge = {
    ...options,
    subjects: 'holder',
    async verifyCredential(entry) {
      const jwt = entry.startsWith('/ipfs/') ? await readLink(entry, content, options) : entry
      const { issuer, payload, document, key, skewUsed } = await verifyJwt(jwt, rules, options)
      return { issuer, payload, jwt, document, key, skewUsed }
    },
  }
  return judgeCredentials(entries, requester, [], judge)
}

async function readLink(link: string, content: ContentSource | undefined, options: Options): Promise<string> {
  const cid = parseIpfsLink(link)
  if (cid === undefined) {
    throw new UportError('CREDENTIAL_INVALID', 'The link to a credential names no content.', {
      data: { reason: 'link' },
    })
  }
  if (content === undefined) {
    throw new UportError(
      'CONTENT_SOURCE_MISSING',
      'Assemble a content source to read what requests link to.',
      {
        data: { cid },
        retryable: true,
      },
    )
  }
  const text = decodeUtf8(await content.get(cid, { maxBytes: MESSAGE_LIMITS.tokenLength }, options))
  return text?.trim() ?? ''
}
