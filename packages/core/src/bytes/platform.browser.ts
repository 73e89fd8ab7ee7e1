import type * as platform from './platform.ts'

/** A browser has nothing of the kind: a page need not load what looks for it. */
export const platformBase64url: typeof platform.platformBase64url = undefined
export const platformHash: typeof platform.platformHash = undefined
