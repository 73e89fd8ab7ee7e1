import type { Options } from './options.ts'

/** How a reply comes back: posted to the callback, or by redirect into a page. */
export type ReplyMode = 'post' | 'redirect'

/** `universal`: https link of the app's own choosing; `scheme`: `me.uport:`; `legacy`: `https://id.uport.me/`. */
export type UriForm = 'universal' | 'scheme' | 'legacy'

/** A signed request on its way out. */
export interface OutgoingRequest {
  readonly id: string
  readonly jwt: string
  readonly replyMode: ReplyMode
  /** Unix seconds. */
  readonly expiresAt: number
  /** The request as a URI; without a form, `universal` where the requester has a prefix for it, else `scheme`. */
  uri(form?: UriForm): string
}

/** Why a delivery stopped being shown before the exchange ended. */
export type DeliveryEnd =
  | { readonly reason: 'dismissed' }
  | { readonly reason: 'unreachable'; readonly cause: unknown }

/** A request that is being shown or was sent. */
export interface Delivery extends AsyncDisposable {
  /** Never rejects; pends while the request is shown. */
  readonly ended: Promise<DeliveryEnd>
  /** Stops showing the request; same as disposing it. */
  close(): Promise<void>
}

/** The way out: shows or sends a request URI. Whom it goes to is part of the value: `push.to(grant)`. */
export interface Transport {
  readonly id: string
  readonly replyModes: readonly [ReplyMode, ...ReplyMode[]]
  /** @throws UportError where the request cannot go this road at all */
  deliver(request: OutgoingRequest, options?: Options): Promise<Delivery>
}

/** Stores a request so that a short URI can stand for it. */
export interface RequestPublisher {
  /** @returns a URI whose fragment pins the exact JWT bytes: base64url SHA-256 */
  publish(request: OutgoingRequest, options?: Options): Promise<PublishedRequest>
}

export interface PublishedRequest extends AsyncDisposable {
  readonly uri: string
  close(): Promise<void>
}
