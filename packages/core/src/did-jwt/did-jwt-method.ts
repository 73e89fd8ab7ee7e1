/** A verification method as did-jwt reads it. */
export interface DidJwtMethod {
  readonly id: string
  readonly type: string
  readonly controller: string
  readonly publicKeyHex?: string
  readonly [member: string]: unknown
}
