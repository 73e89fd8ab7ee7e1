/**
 * The codes of core and the data each carries; `Empty` where the code says it all. Packages add theirs by declaration
 * merging. The comment of a code is its row in the generated error reference: what happened, then what to do.
 */
export interface UportErrorData {
  // ---- identifiers and documents
  /** The text is not an MNID. `reason` says which rule failed. Check that it was copied whole. */
  MNID_INVALID: { readonly reason: MnidProblem }
  /** The text is not a DID this framework can use. Give `did:<method>:<id>` or a bare MNID. */
  DID_INVALID: Empty
  /** No assembled resolver knows the method. Add a resolver for it. */
  DID_METHOD_UNSUPPORTED: { readonly method: string; readonly known: readonly string[] }
  /** The method's registry answered that there is no such DID. */
  DID_NOT_FOUND: { readonly did: string }
  /** The document is not one that keys can be read from. Its publisher must correct it. */
  DID_DOCUMENT_INVALID: { readonly reason: string }
  /** The document speaks for another DID than the one asked for. Treat it as an attack or a publisher's mistake. */
  DID_DOCUMENT_ID_MISMATCH: { readonly expected: string; readonly found: string }
  /** The method keeps no history, or none that far back. Resolve without `versionTime`. */
  DID_VERSION_UNSUPPORTED: { readonly method: string }
  /** The source of documents could not be asked. Try again. */
  DID_RESOLUTION_FAILED: { readonly did: string }
  /** The legacy identity document breaks its form. */
  IDENTITY_DOCUMENT_INVALID: { readonly reason: string }

  // ---- tokens
  /** The text is not a JWT in compact form (RFC 7519). */
  JWT_MALFORMED: { readonly reason: string }
  /** The token is larger than the verifier reads. */
  JWT_TOO_LARGE: { readonly bytes: number; readonly maxBytes: number }
  /** The token is signed with an algorithm that this verifier does not accept. */
  JWT_ALGORITHM_UNSUPPORTED: { readonly algorithm: string }
  /** A registered claim has the wrong type or is missing where it must be there. */
  JWT_CLAIM_INVALID: { readonly claim: string; readonly reason: string }
  /** The signature has the wrong length for its algorithm. */
  JWT_SIGNATURE_LENGTH: { readonly algorithm: string; readonly bytes: number }
  /** None of the issuer's keys made this signature. */
  JWT_SIGNATURE_INVALID: { readonly issuer: string; readonly keysTried: readonly string[] }
  /** The issuer's document has no key for the algorithm, or none that may authenticate. */
  JWT_NO_SUITABLE_KEY: {
    readonly issuer: string
    readonly algorithm: string
    readonly authentication: boolean
  }
  /** `exp` has passed. `now` is the verifier's clock: compare it with the true time before you blame the sender. */
  JWT_EXPIRED: { readonly exp: number; readonly now: number; readonly skew: number }
  /** `iat` or `nbf` lies in the future. One of the two clocks is wrong by `ahead` seconds or more. */
  JWT_NOT_YET_VALID: {
    readonly claim: 'iat' | 'nbf'
    readonly value: number
    readonly now: number
    readonly skew: number
    readonly ahead: number
  }
  /** The token is addressed to somebody else. */
  JWT_AUDIENCE_MISMATCH: { readonly audience: readonly string[]; readonly expected: readonly string[] }

  // ---- boxes
  /** The envelope names an encryption scheme that is not known here. */
  BOX_UNSUPPORTED_VERSION: { readonly version: string }
  /** The envelope breaks its form. */
  BOX_MALFORMED: { readonly reason: string }
  /** The envelope does not open with this key: sealed for another one, or altered. */
  BOX_OPEN_FAILED: Empty
  /** No box key of that name in this store. */
  BOX_KEY_UNKNOWN: { readonly name: string }

  // ---- keys
  /** The store holds no key of that id. */
  KEY_NOT_FOUND: { readonly keyId: string }
  /** The id is taken. Choose another, or delete the key first. */
  KEY_EXISTS: { readonly keyId: string }
  /** The bytes are not a private key, or not one of secp256k1. */
  KEY_INVALID: { readonly reason: string }
  /** The digest is not the hash of the preimage: nothing was signed. */
  KEY_DIGEST_MISMATCH: { readonly keyId: string }
  /** The store or the person at it declined to sign. */
  KEY_SIGNING_REFUSED: { readonly keyId: string; readonly reason: string }
  /** The store answered with a signature that is not one of this key over this digest. Take the device out of use. */
  KEY_SIGNATURE_INVALID: { readonly keyId: string; readonly reason: string }
  /** The passphrase does not open the key, or somebody altered its file. Ask for the passphrase again. */
  KEY_PASSPHRASE_WRONG: { readonly keyId?: string }
  /** The text is not a readable Web3 Secret Storage v3 document. Give the file that a wallet or a key store wrote. */
  KEYSTORE_JSON_INVALID: { readonly reason: string }
  /** The store could not do it. Try again where `retryable` is true. */
  KEY_STORE_FAILED: { readonly keyId?: string; readonly reason: string }
  /** The identity's key is not among the keys of its DID document: every token it signs would be refused. */
  IDENTITY_KEY_MISMATCH: { readonly did: string; readonly keyId: string }

  // ---- accounts and transactions
  /** One JSON-RPC endpoint failed: network, status, size, form, or an error of its own. `host` is all that is told of its address. */
  RPC_FAILED: { readonly host: string; readonly reason: string }
  /** The endpoint serves another chain than the one it is configured for. Correct the configuration. */
  RPC_WRONG_CHAIN: { readonly host: string; readonly expected: string; readonly found: string }
  /** The request names another account or chain (`member`) than the one that would answer. Choose that one, or decline. */
  ACCOUNT_MISMATCH: {
    readonly member: 'from' | 'net'
    readonly expected: string
    readonly found: string
  }
  /** The account cannot pay for the transaction. Send it funds. */
  ACCOUNT_FUNDS_INSUFFICIENT: { readonly address: string; readonly chainId: string }
  /** The chain did not take the transaction, or reverted it. */
  TRANSACTION_FAILED: { readonly reason: string; readonly transactionHash?: string }
  /** The transaction is in a block, and failed there: nothing but its fee was spent. `reason` is what the contract said. */
  TRANSACTION_REVERTED: { readonly transactionHash: string; readonly reason?: string }
  /** Another transaction of the same account took the nonce: this one will never be included. */
  TRANSACTION_REPLACED: { readonly transactionHash: string }
  /** The node holds the transaction no longer, and its nonce is free: it was dropped. Send it again, perhaps with a higher fee. */
  TRANSACTION_DROPPED: { readonly transactionHash: string }
  /** The chain does not know the transaction, or not yet. Try again. */
  TRANSACTION_UNKNOWN: { readonly transactionHash: string }
  /** The transaction named in the reply is not the one that was asked for: `field` differs. */
  TRANSACTION_MISMATCH: { readonly transactionHash: string; readonly field: TransactionField }
  /** The transaction was sent but not included in time. It may still be: look it up before you send another. */
  TRANSACTION_TIMEOUT: { readonly milliseconds: number; readonly transactionHash?: string }
  /** The meta-transaction cannot be relayed: `reason` says which part is wrong. Sign another one. */
  META_TRANSACTION_INVALID: { readonly reason: MetaTransactionFault }
  /** The sponsor does not pay for this: `reason` is its code, `detail` what it says about it, one line. */
  SPONSOR_REFUSED: {
    readonly host: string
    readonly status: number
    readonly reason: string
    readonly detail: string
  }
  /** The sponsor could not be reached, or answered nonsense. Try again where `retryable` is true. */
  SPONSOR_UNAVAILABLE: { readonly host: string; readonly reason: string }
  /** The endpoint of a private chain serves another chain than the request says. Decline. */
  PRIVATE_CHAIN_MISMATCH: {
    readonly host: string
    readonly expected: string
    readonly chainId: string
    readonly networkVersion: string
  }
  /** The request brings an endpoint of its own for a network that is known already. Decline: it would see and forge what happens there. */
  PRIVATE_CHAIN_NETWORK_KNOWN: { readonly network: string }
  /** The private chain belongs to the requester who named it; nobody else's account may use it. */
  PRIVATE_CHAIN_OTHER_REQUESTER: { readonly host: string }

  // ---- content
  /** No source has the content. Publish it again, or add a gateway. */
  CONTENT_NOT_FOUND: { readonly cid: string; readonly sources: number }
  /** Every source that answered sent bytes that are not this content. */
  CONTENT_MISMATCH: { readonly cid: string; readonly sources: number }
  /** The content is larger than the caller reads. */
  CONTENT_TOO_LARGE: { readonly cid: string; readonly maxBytes: number }
  /** The message names content by its hash, and no content source is assembled. Give one. */
  CONTENT_SOURCE_MISSING: { readonly cid: string }
  /** The text is not a CIDv0. */
  CID_INVALID: { readonly reason: string }

  // ---- fetching
  /** The address is not one that may be fetched on a stranger's word. Allow its exact origin if it is yours. */
  FETCH_BLOCKED: { readonly reason: string; readonly host: string }
  /** The answer is larger than the caller reads. `status` is its own, where it is known. */
  FETCH_TOO_LARGE: { readonly maxBytes: number; readonly host: string; readonly status?: number }
  /** No answer within the deadline. */
  FETCH_TIMEOUT: { readonly host: string; readonly milliseconds: number }
  /** The network failed. */
  FETCH_FAILED: { readonly host: string }

  // ---- requests
  /** The text is no request: neither a request URI nor a JWT. */
  REQUEST_MALFORMED: { readonly reason: string }
  /** No flow for this type of request. Add the flow, or decline. */
  REQUEST_TYPE_UNSUPPORTED: { readonly type: string }
  /** A member of the request breaks its form. */
  REQUEST_INVALID: { readonly member: string; readonly reason: string }
  /** The request is of an old form that nobody signs: who asks is unknown. Read it with `parseRequestUri`, show it as such, or refuse. */
  REQUEST_UNSIGNED: { readonly kind: 'disclosure' | 'contact' | 'transaction' }
  /** The request id is in use. */
  REQUEST_ID_IN_USE: Empty
  /** The store holds as many requests as it may. Try again when some have expired, or raise its bound. */
  REQUEST_STORE_FULL: { readonly maxRecords: number }
  /** This store knows no such request: never made here, or long past. */
  REQUEST_UNKNOWN: Empty
  /** The deadline passed without a valid reply. Make a new request; `lastRejection` says why the last reply was not taken. */
  REQUEST_EXPIRED: {
    readonly expiresAt: number
    readonly now: number
    readonly rejected: number
    readonly lastRejection?: string
  }
  /** The person declined. `authenticated` is false where anybody could have said so. */
  REQUEST_REFUSED: { readonly error: string; readonly authenticated: boolean }
  /** Cancelled by this application. */
  REQUEST_CANCELLED: Empty
  /** The person closed the dialog that showed the request. */
  REQUEST_DISMISSED: { readonly transport: string }
  /** No road reached the person. `cause` is the last road's failure. */
  REQUEST_UNREACHABLE: { readonly tried: readonly string[] }
  /** The wallet answered this request before. It never answers twice. */
  REQUEST_ALREADY_ANSWERED: Empty
  /** The signed request names no address to answer to. */
  REQUEST_NO_CALLBACK: Empty
  /** The bytes behind a reference are not the ones its hash pins. Scan again; if it repeats, somebody interferes. */
  REFERENCE_MISMATCH: Empty
  /** Nothing is stored behind the reference, or no longer. */
  REFERENCE_NOT_FOUND: { readonly host: string }
  /** No assembled transport or channel of that name, or none that fit together. */
  ROUTE_UNKNOWN: { readonly route: string; readonly known: readonly string[] }

  // ---- replies
  /** The reply breaks its form, or lacks the parameter that carries the answer. */
  REPLY_MALFORMED: { readonly reason: string }
  /** The reply came in clear where sealing is required. Old wallets: set `sealing: 'preferred'`. */
  REPLY_NOT_SEALED: Empty
  /** The reply is of another type than its request asks for. */
  REPLY_TYPE_MISMATCH: { readonly expected: string; readonly found: string }
  /** The reply does not echo the request it answers. */
  REPLY_NOT_BOUND: Empty
  /** The reply signs other content than the request asks for: `member` differs. Treat it as an attack. */
  REPLY_CONTENT_MISMATCH: { readonly member: string }
  /** Somebody else signed than the request names (`riss`, `from`). */
  SIGNER_MISMATCH: { readonly member: 'riss' | 'from'; readonly expected: string; readonly found: string }
  /** The reply does not carry the code that the page brought: another device answered. Offer the request again on this one. */
  DEVICE_CODE_MISMATCH: Empty
  /** This very reply was taken before. */
  REPLY_REPLAYED: Empty
  /** Another reply was first. */
  REPLY_TOO_LATE: Empty
  /** The wallet could not deliver the reply. */
  REPLY_NOT_DELIVERED: { readonly host: string; readonly status?: number }
  /** The person's own claims use a name that only a proof may carry, such as `did`. Treat the reply as an attack. */
  OWN_CLAIM_RESERVED: { readonly name: string }
  /** Claims that the request calls essential are missing. */
  ESSENTIAL_CLAIMS_MISSING: { readonly own: readonly string[]; readonly verifiable: readonly string[] }
  /** An essential credential could not be judged because a source failed. Nothing was consumed: try again. */
  CREDENTIAL_UNDETERMINED: { readonly codes: readonly string[] }
  /** The credential is about somebody else. */
  CREDENTIAL_OTHER_SUBJECT: Empty
  /** The credential's issuer is not among those the request accepts. */
  CREDENTIAL_ISSUER_NOT_ACCEPTED: { readonly issuer: string }
  /** The token is no credential. */
  CREDENTIAL_INVALID: { readonly reason: string }
  /** Waiting for replies has become pointless: the address was closed or is gone. */
  CHANNEL_CLOSED: { readonly channel: string }
  /** The channel refuses this application. */
  CHANNEL_FAILED: { readonly channel: string; readonly status?: number }

  // ---- middleware
  /** A middleware returned something else than what `next` gave it. */
  MIDDLEWARE_ALTERED_RESULT: { readonly middleware: string }
  /** A middleware called `next` twice, or never, and yet returned. */
  MIDDLEWARE_MISUSED: { readonly middleware: string; readonly reason: string }
  /** A policy said no. */
  POLICY_DENIED: { readonly reason: string }

  // ---- assembly
  /** The same module twice. Give it once. */
  ASSEMBLY_DUPLICATE: { readonly module: string }
  /** Two modules bind the same token, or an override has nothing to replace. */
  ASSEMBLY_CONFLICT: { readonly token: string; readonly modules: readonly string[] }
  /** A token that somebody needs is not bound. */
  ASSEMBLY_HOLE: { readonly token: string; readonly neededBy: string; readonly providedBy: readonly string[] }
  /** Bindings need one another in a circle. */
  ASSEMBLY_CYCLE: { readonly tokens: readonly string[] }
  /** The application was closed. */
  ASSEMBLY_CLOSED: Empty
}

/** A code without data. */
export type Empty = Record<never, never>

export type MnidProblem =
  | 'not-base58'
  | 'too-short'
  | 'too-long'
  | 'checksum'
  | 'version'
  | 'network'
  | 'address'

/**
 * What is wrong with a meta-transaction. `sender`: its call does not begin with the address of who signed it, or with the
 * zero address. `signature`: not that account's, or for another nonce, chain or relay.
 */
export type MetaTransactionFault = 'malformed' | 'sender' | 'relay' | 'signature'

/** What a transaction is compared by; `time`: it is older than the request it is said to answer. */
export type TransactionField = 'chain' | 'from' | 'to' | 'value' | 'data' | 'time'
