import type * as platform from './platform.ts'

/** A browser has nothing of the kind: a page need not load what looks for it. */
export const platformBase64url: typeof platform.platformBase64url = undefined
export const platformSha256: typeof platform.platformSha256 = undefined
export const platformKeccak: typeof platform.platformKeccak = undefined
