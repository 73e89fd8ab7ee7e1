import { findPlatformBase64url } from './platform-base64url.ts'
import { findPlatformKeccak } from './platform-keccak.ts'
import { findPlatformSha256 } from './platform-sha256.ts'

/** What the platform does faster than JavaScript. What is made for browsers reads `platform.browser.ts` in place of this. */
export const platformBase64url: ReturnType<typeof findPlatformBase64url> = findPlatformBase64url()
export const platformSha256: ReturnType<typeof findPlatformSha256> = findPlatformSha256()
export const platformKeccak: ReturnType<typeof findPlatformKeccak> = findPlatformKeccak()
