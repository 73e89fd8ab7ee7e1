import { findPlatformBase64url } from './platform-base64url.ts'
import { findPlatformHash } from './platform-hash.ts'

/** What the platform does faster than JavaScript. What is made for browsers reads `platform.browser.ts` in place of this. */
export const platformBase64url: ReturnType<typeof findPlatformBase64url> = findPlatformBase64url()
export const platformHash: ReturnType<typeof findPlatformHash> = findPlatformHash()
