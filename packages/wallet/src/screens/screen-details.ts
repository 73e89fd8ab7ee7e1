import type { AccountType, Did, Json, JsonObject } from '@uport-kit/core'
import type { ShownText } from '../display-text.ts'

/** One own claim that is asked for. */
export interface AskedClaim {
  /** As on the wire: what an approval names. */
  readonly name: string
  readonly label: ShownText
  readonly reason?: ShownText | undefined
  readonly essential: boolean
  /** What would be told; absent: the wallet has none. */
  readonly value?: Json | undefined
}

/** A credential of the person that answers what is asked. */
export interface OfferedCredential {
  readonly id: string
  readonly issuer: Did
  readonly claim: JsonObject
  /** Unix seconds. */
  readonly expiresAt?: number | undefined
  /** Whether a plain approval shows it. */
  readonly proposed: boolean
}

/** One kind of credential that is asked for. */
export interface AskedCredential {
  readonly type: string
  readonly label: ShownText
  readonly reason?: ShownText | undefined
  readonly essential: boolean
  /** Whose credentials count, as written; empty: anybody's. */
  readonly issuers: readonly string[]
  /** Newest first. */
  readonly offered: readonly OfferedCredential[]
}

/** The account that is asked for. */
export interface AskedAccount {
  readonly kind: Exclude<AccountType, 'none'>
  /** `0x` hex. */
  readonly network?: string | undefined
  /** MNID of the account that would be told; absent: one is made on approval, or there is none. */
  readonly mnid?: string | undefined
  /** Whether an approval can tell one. */
  readonly available: boolean
  /** The endpoint that the requester brings for a chain of its own. It is contacted after an approval only. */
  readonly privateChain?: { readonly host: string } | undefined
}

/** One thing that a plain approval sends. */
export type Leaving =
  | { readonly kind: 'did'; readonly did: Did }
  | { readonly kind: 'own'; readonly name: string; readonly value: Json }
  | { readonly kind: 'credential'; readonly id: string; readonly names: readonly string[] }
  | { readonly kind: 'account'; readonly mnid?: string | undefined }
  | { readonly kind: 'signature'; readonly content: Json }

/** Who are you, and what will you tell? */
export interface DisclosureDetails {
  readonly kind: 'disclosure'
  readonly own: readonly AskedClaim[]
  readonly credentials: readonly AskedCredential[]
  readonly account?: AskedAccount | undefined
  /** What else the requester would like to be allowed. None is granted but leave to push, see `push`. */
  readonly permissions: readonly ShownText[]
  /** Present where the requester would like to push messages to this wallet, and an approval with `push` lets it. */
  readonly push?: true | undefined
  /** Names of essential claims that a plain approval lacks: it is refused then. */
  readonly missing: { readonly own: readonly string[]; readonly verifiable: readonly string[] }
  /** Exactly what a plain approval sends. */
  readonly leaves: readonly Leaving[]
}

/** Somebody offers a credential about the person. */
export interface CredentialDetails {
  readonly kind: 'credential'
  readonly issuer: Did
  /** As written; the identity that would keep it. */
  readonly subject: string
  readonly claim: JsonObject
  /** Unix seconds. */
  readonly credentialExpiresAt?: number | undefined
  /** Ids of kept credentials that this one replaces. */
  readonly replaces: readonly string[]
  /** A newer one of the same kind is kept already; this one would not be. */
  readonly outdated: boolean
}

/** Something is to be signed. */
export interface SignatureDetails {
  readonly kind: 'signature'
  /** What kind of signature: `claim`, `personal`, `typed-data`. */
  readonly form: 'claim' | 'personal' | 'typed-data'
  /** What would be signed, as data. */
  readonly content: Json
  /** The same as text, where it is text. */
  readonly text?: ShownText | undefined
  /** Address of the account that signs, where an account does. */
  readonly account?: string | undefined
  /** Seconds that a signed claim is valid; absent there: without end. */
  readonly validFor?: number | undefined
  readonly leaves: readonly Leaving[]
}

/** A transaction is to be sent. */
export interface TransactionDetails {
  readonly kind: 'transaction'
  /** `creation`: a contract is made of `data`. */
  readonly form: 'transfer' | 'call' | 'creation'
  /** `0x` hex. */
  readonly network: string
  readonly networkName?: string | undefined
  /** Address of the account that sends. */
  readonly account: string
  /** Absent exactly for a creation. */
  readonly to?: string | undefined
  /** Wei. */
  readonly value: bigint
  /** What is sent, `0x` hex. */
  readonly data: string
  /** The call in words, where the request gives it; checked to be what `data` says. */
  readonly call?:
    | {
        readonly signature: string
        readonly arguments: readonly { readonly type: string; readonly value: ShownText }[]
      }
    | undefined
  /** The requester's own words. */
  readonly label?: ShownText | undefined
}

/** A request of an old form that nobody signed. Whoever passed it on may have written every word of it. */
export interface UnsignedDetails {
  readonly kind: 'unsigned'
  readonly form: 'disclosure' | 'contact' | 'transaction'
  /** What the link says, by its own names. */
  readonly says: readonly { readonly name: string; readonly value: ShownText }[]
}

/** What a flow of an application's own shows. */
export interface OtherDetails {
  readonly kind: 'other'
  readonly facts: JsonObject
}

export type ScreenDetails =
  | DisclosureDetails
  | CredentialDetails
  | SignatureDetails
  | TransactionDetails
  | UnsignedDetails
  | OtherDetails
