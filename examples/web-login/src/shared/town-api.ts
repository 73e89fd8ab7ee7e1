import type { Visit } from './site-api.ts'

/**
 * `waiting` for the desk; `declined` there; `approved`: the town signs when the person comes for it; `offered` to the wallet;
 * `accepted` by the wallet, as far as anybody can know.
 */
export type ApplicationState = 'waiting' | 'declined' | 'approved' | 'offered' | 'accepted'

/** An application for a proof of residence. Name and street are the applicant's own words. */
export interface Application {
  readonly number: string
  readonly name: string
  readonly street: string
  /** Unix seconds. */
  readonly at: number
  readonly state: ApplicationState
  /** Why the desk declined. */
  readonly reason?: string | undefined
}

/** `GET /api/session` of the town. */
export interface TownVisit extends Visit {
  readonly person?: { readonly did: string; readonly name: string; readonly canPush: boolean } | undefined
  readonly application?: Application | undefined
  readonly town: { readonly did: string }
}

/** One line of the desk's list; `GET /api/desk`. */
export interface DeskEntry extends Application {
  readonly did: string
}
