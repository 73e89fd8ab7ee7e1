/**
 * A decentralized identifier (W3C DID Core, section 3.1): `did:<method>:<method-specific id>`.
 * The type parameter narrows the method: `Did<'uport'>`.
 */
export type Did<Method extends string = string> = `did:${Method}:${string}`
