import type { Arrival, Did, JsonObject, RecipientTrust } from '@uport-kit/core'
import type { ShownText } from './display-text.ts'
import type { ScreenDetails } from './screens/screen-details.ts'

/**
 * What a person must be told before they decide.
 * `unsigned`: nobody proved to have asked. `unpinned`: whoever serves the reference chose the request. `unsealed`: those who carry the answer can read it.
 * `recipient-claimed`: only the requester says that the answer goes there. `recipient-unknown`: nobody signed where it goes.
 * `expiry-assumed`: the request names no end. `altered-text`: a text held characters that deceive or was overlong.
 * `unproven-requester`: the requester says something of itself that nobody vouches for. `essential-missing`: a plain
 * approval lacks what is essential. `private-chain`: whoever runs the requester's own chain sees and forges what happens there.
 */
export type ConsentWarning =
  | 'unsigned'
  | 'unpinned'
  | 'unsealed'
  | 'recipient-claimed'
  | 'recipient-unknown'
  | 'expiry-assumed'
  | 'altered-text'
  | 'unproven-requester'
  | 'essential-missing'
  | 'private-chain'

/** Who asks: the DID is proven, the rest are its own words. */
export interface ShownRequester {
  readonly did: Did
  readonly name?: ShownText | undefined
  readonly description?: ShownText | undefined
  readonly url?: ShownText | undefined
  /** What others say of it, each verified. */
  readonly attested: readonly { readonly issuer: Did; readonly claim: JsonObject }[]
}

/** Everything a host needs to ask a person. All texts are plain: strangers wrote them, so they are never markup. Frozen. */
export interface ConsentScreen {
  /** base64url SHA-256 of what the requester signed. */
  readonly id: string
  readonly requestType: string
  /** Absent: nobody signed the request, so nobody is known to have asked. */
  readonly requester?: ShownRequester | undefined
  /** Who receives the answer, and how that is known; never which page the person looks at. */
  readonly recipient: RecipientTrust
  readonly arrival: Arrival
  /** Who would answer. */
  readonly identity: Did
  /** Who else could: see the decision `switch`. */
  readonly identities: readonly { readonly did: Did; readonly label?: string | undefined }[]
  /** False where the request was fetched by a reference without a hash. */
  readonly pinned: boolean
  /** Whether only the requester can read the answer. */
  readonly sealed: boolean
  /** Whether the answer will repeat its request, so that it is of use for no other one. */
  readonly bound: 'request' | 'channel'
  /** Unix seconds. */
  readonly expiresAt: number
  readonly warnings: readonly ConsentWarning[]
  /** What is asked, by kind of request. */
  readonly details: ScreenDetails
}
