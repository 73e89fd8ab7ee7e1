import { copyJson } from '../identity/copy-json.ts'
import { parseDidDocument } from '../identity/did-document.ts'
import { isJsonObject } from '../identity/is-json-object.ts'
import type { Did } from '../ports/did.ts'
import type { ResolvedDid } from '../ports/did-resolver.ts'

const METADATA_LIMITS = { maxDepth: 8, maxSize: 16_384 }

/** What a resolver answered, nothing of it believed. */
export type UncheckedAnswer = { readonly [Member in keyof ResolvedDid]?: unknown }

/**
 * A deeply frozen copy of a resolver's answer, so that callers who share it cannot change it for one another.
 *
 * @throws UportError `DID_DOCUMENT_INVALID`, `DID_DOCUMENT_ID_MISMATCH`: the document is not one of `did`
 */
export function checkAnswer(answer: UncheckedAnswer, did: Did): ResolvedDid {
  const document = parseDidDocument(answer?.document, did)
  const { versionId, validUntil } = answer
  const metadata = copyJson(answer.metadata, METADATA_LIMITS)
  return Object.freeze({
    did,
    document,
    ...(typeof versionId === 'string' && { versionId }),
    ...(typeof validUntil === 'number' && Number.isFinite(validUntil) && { validUntil }),
    ...(isJsonObject(metadata) && { metadata }),
  })
}
