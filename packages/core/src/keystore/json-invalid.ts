import { UportError } from '../errors/uport-error.ts'

/** @param reason names a member, never what it holds */
export function jsonInvalid(reason: string): UportError<'KEYSTORE_JSON_INVALID'> {
  return new UportError(
    'KEYSTORE_JSON_INVALID',
    `Not a readable Web3 Secret Storage v3 document: ${reason}`,
    { data: { reason } },
  )
}
