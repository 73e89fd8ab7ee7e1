import { type Did, type Json, sameDid, UportError } from '@uport-kit/core'

/** A request that names who must sign (`riss`) is not shown to anybody else. @throws UportError `SIGNER_MISMATCH` */
export function assertSigner(named: Json | undefined, identity: Did): void {
  if (typeof named !== 'string' || sameDid(named, identity)) return
  throw signerMismatch('riss', named, identity)
}

export function signerMismatch(
  member: 'riss' | 'from',
  expected: string,
  found: string,
): UportError<'SIGNER_MISMATCH'> {
  return new UportError(
    'SIGNER_MISMATCH',
    'The request names another signer than this wallet has; decline.',
    {
      data: { member, expected, found },
    },
  )
}
