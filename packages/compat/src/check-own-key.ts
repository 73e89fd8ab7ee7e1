import { type DidResolver, type JwtSigner, signJwt, UportError, verifyJwt } from '@uport-kit/core'

/**
 * Signs a token and verifies it as anybody would.
 *
 * @throws UportError `IDENTITY_KEY_MISMATCH`, and the resolver's codes
 */
export async function checkOwnKey(signer: JwtSigner, resolver: DidResolver, now: number): Promise<void> {
  const token = await signJwt({ type: 'keyCheck' }, signer, { now, expiresIn: 1 })
  try {
    await verifyJwt(token, { resolver, now, fresh: true })
  } catch (error) {
    if (!(error instanceof UportError) || !KEY_CODES.includes(error.code)) throw error
    const { did, keyId } = signer
    throw new UportError(
      'IDENTITY_KEY_MISMATCH',
      `The key is not in the document of ${did}; correct one of them.`,
      {
        data: { did, keyId },
        cause: error,
      },
    )
  }
}

const KEY_CODES: readonly string[] = ['JWT_SIGNATURE_INVALID', 'JWT_NO_SUITABLE_KEY']
