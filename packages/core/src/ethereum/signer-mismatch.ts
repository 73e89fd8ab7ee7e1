import { UportError } from '../errors/uport-error.ts'

/** The error for an answer by somebody else than the request names. */
export function signerMismatch(
  member: 'riss' | 'from',
  expected: string,
  found: string,
): UportError<'SIGNER_MISMATCH'> {
  const message = 'Somebody else signed than the request names: ask the person to choose that one.'
  return new UportError('SIGNER_MISMATCH', message, { data: { member, expected, found } })
}
