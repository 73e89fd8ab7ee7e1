import { type DidDocument, isUportError, ManualClock } from '@uport-kit/core'
import { Credentials, type CredentialsSettings } from '../src/index.ts'
import { createIdentity } from '../src/private-key.ts'
import { DocumentResolver, ethrDocument } from './vectors.ts'

export const NOW = 1_700_000_000

/** The code of the error a promise rejects with. */
export async function code(promise: Promise<unknown>): Promise<unknown> {
  const error = await promise.then(
    () => 'it resolved',
    (reason: unknown) => reason,
  )
  return isUportError(error) ? error.code : error
}

/** An application, a user and an issuer of did:ethr, whose documents are all there is. */
export function createWorld() {
  const [app, user, issuer] = [createIdentity(), createIdentity(), createIdentity()]
  const documents: Record<string, DidDocument> = {
    [app.did]: ethrDocument(app.did),
    [user.did]: ethrDocument(user.did, { name: 'Public Ada' }),
    [issuer.did]: ethrDocument(issuer.did),
  }
  const resolver = new DocumentResolver(documents)
  const clock = new ManualClock(NOW)
  const make = (who: CredentialsSettings, more: CredentialsSettings = {}) =>
    new Credentials({ ...who, resolver, clock, ...more })
  return {
    ...{ app, user, issuer, documents, resolver, clock, make },
    verifier: make(app),
    wallet: make(user),
    authority: make(issuer),
  }
}
