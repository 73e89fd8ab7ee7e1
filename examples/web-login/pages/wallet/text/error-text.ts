import { isUportError } from '@uport-kit/core'

const CODES: ReadonlyMap<string, string> = new Map([
  ['REQUEST_MALFORMED', 'This is no request that a wallet could answer.'],
  ['REQUEST_EXPIRED', 'The request has expired. Ask the site for a new one.'],
  ['JWT_EXPIRED', 'The request has expired. Ask the site for a new one.'],
  [
    'JWT_SIGNATURE_INVALID',
    'The request was not signed by whom it names. Somebody may be pretending to be another.',
  ],
  ['JWT_MALFORMED', 'This is no request that a wallet could answer.'],
  ['JWT_TOO_LARGE', 'The request is too large.'],
  ['JWT_AUDIENCE_MISMATCH', 'The request is meant for somebody else.'],
  ['REQUEST_ALREADY_ANSWERED', 'This request was answered before. A wallet answers once.'],
  ['REQUEST_UNKNOWN', 'This request is gone: it was answered in another tab.'],
  ['REQUEST_UNSIGNED', 'Nobody signed this request, so nobody knows who asks. It is refused.'],
  ['REQUEST_TYPE_UNSUPPORTED', 'This wallet does not know this kind of request.'],
  ['REQUEST_INVALID', 'The request contradicts itself.'],
  ['REFERENCE_NOT_FOUND', 'The request is no longer there. Ask the site for a new one.'],
  ['REFERENCE_MISMATCH', 'What was fetched is not what the code promised. Do not trust whoever showed it.'],
  ['IDENTITY_NOT_REGISTERED', 'Whoever asks is not in the registry of identities.'],
  ['ROUTE_UNKNOWN', 'This wallet cannot send the answer the way the site wants it.'],
  ['REPLY_NOT_DELIVERED', 'The site did not take the answer.'],
  ['RELAY_UNREACHABLE', 'The relay cannot be reached.'],
  ['FETCH_FAILED', 'A server cannot be reached.'],
  ['FETCH_TIMEOUT', 'A server does not answer.'],
  ['FETCH_BLOCKED', 'The request points to an address that this wallet does not contact.'],
  ['FETCH_TOO_LARGE', 'A server sent more than a request can be.'],
  ['RPC_UNAVAILABLE', 'The chain cannot be reached, so nobody can check who asks.'],
  ['RPC_FAILED', 'The chain’s node cannot be reached.'],
  ['RPC_WRONG_CHAIN', 'The node serves another chain than it should.'],
  ['CONTENT_NOT_FOUND', 'The published document cannot be found, so nobody can check who asks.'],
  ['CONTENT_PUBLISH_FAILED', 'The document could not be published.'],
  ['ACCOUNT_FUNDS_INSUFFICIENT', 'The account does not hold enough ether for this.'],
  ['TRANSACTION_FAILED', 'The chain refuses the transaction.'],
  ['TRANSACTION_REVERTED', 'The transaction was taken into a block and had no effect.'],
  ['TRANSACTION_REPLACED', 'Another transaction took its place.'],
  ['TRANSACTION_DROPPED', 'The network has forgotten the transaction.'],
  ['TRANSACTION_TIMEOUT', 'It is not known yet what became of the transaction.'],
  ['WALLET_ACCOUNT_UNAVAILABLE', 'The wallet has no account that fits.'],
  ['WALLET_NETWORK_UNKNOWN', 'The wallet does not know this chain.'],
  ['WALLET_FULL', 'Too much waits already. Answer or delete something first.'],
  ['WALLET_IDENTITY_UNKNOWN', 'The wallet does not have this identity.'],
  ['CREDENTIAL_OTHER_SUBJECT', 'This credential is about somebody else.'],
  [
    'PRIVATE_CHAIN_NETWORK_KNOWN',
    'The request wants to replace the node of a chain that the wallet knows. It is refused.',
  ],
  ['PRIVATE_CHAIN_MISMATCH', 'The site’s own chain is not the one it says it is.'],
  ['ESSENTIAL_CLAIMS_MISSING', 'The site cannot do without what is missing.'],
  ['PUSH_INBOX_FAILED', 'The push server cannot be reached.'],
  ['KEY_NOT_FOUND', 'The key is not in this browser any more. Restore your backup.'],
  [
    'KEY_STORAGE_UNAVAILABLE',
    'This browser stores nothing. Leave the private window, or allow this site to keep data.',
  ],
  [
    'BROWSER_STORAGE_UNAVAILABLE',
    'This browser stores nothing. Leave the private window, or allow this site to keep data.',
  ],
  ['KEY_PASSPHRASE_WRONG', 'The passphrase does not open this backup.'],
  ['KEYSTORE_JSON_INVALID', 'This is no backup of a wallet.'],
  ['QR_IMAGE_INVALID', 'This is no picture that can be read. Use PNG, JPEG, GIF or WebP.'],
  ['QR_IMAGE_TOO_LARGE', 'The picture is too large. Crop it, or make it smaller.'],
])

/** What a code means to a person; the code itself where it is none of those that people meet. */
export function codeText(code: string): string {
  return CODES.get(code) ?? `Refused (${code})`
}

/** Why something failed, in words for a person. */
export function errorText(error: unknown): string {
  if (!isUportError(error)) {
    return error instanceof Error && error.message !== '' ? error.message : 'Something unexpected went wrong.'
  }
  return CODES.get(error.code) ?? `${error.message} (${error.code})`
}

/** What a chain said, where it said anything. A node's words are a stranger's. */
export function reasonText(error: unknown): string | undefined {
  if (!isUportError(error, 'TRANSACTION_FAILED') && !isUportError(error, 'TRANSACTION_REVERTED'))
    return undefined
  const { reason } = error.data as { readonly reason?: unknown }
  return typeof reason === 'string' && reason !== '' ? reason : undefined
}
