import type { Visit } from './site-api.ts'

/** Somebody who is signed in. Name and email are their own words; times are Unix seconds. */
export interface LibraryPerson {
  readonly did: string
  readonly name: string
  readonly email?: string | undefined
  /** Their account on the library's chain. */
  readonly account?: string | undefined
  /** Whether the wallet that answered is on the device of this browser. */
  readonly isSameDevice: boolean
  readonly since: number
  readonly residence?: { readonly place: string; readonly expiresAt?: number | undefined } | undefined
}

/** A claim that the login asks for. */
export interface AskedClaim {
  readonly name: string
  readonly reason?: string | undefined
  readonly isEssential: boolean
}

/** `GET /api/session` */
export interface LibraryVisit extends Visit {
  readonly person?: LibraryPerson | undefined
  readonly library: {
    readonly did: string
    /** The guest book's contract. */
    readonly guestBook: string
    /** The own claims that the login asks for. */
    readonly asks: readonly AskedClaim[]
  }
}

/** `GET /api/reading-room` */
export interface ReadingRoom {
  readonly papers: readonly { readonly title: string; readonly about: string; readonly issue: string }[]
}

/** What became of a donation; `GET /api/donations/:hash`. */
export type Donation =
  | { readonly state: 'submitted'; readonly hash: string }
  | { readonly state: 'confirmed'; readonly hash: string; readonly blockNumber: string }
  | { readonly state: 'failed'; readonly hash: string; readonly reason: string }
