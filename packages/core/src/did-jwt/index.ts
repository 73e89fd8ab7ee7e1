export {
  type DidJwtAlgorithmsOptions,
  didJwtAlgorithms,
  type VerifyJws,
} from './did-jwt-algorithms.ts'
export type { DidJwtMethod } from './did-jwt-method.ts'
export { type FromDidJwtSigner, fromDidJwtSigner } from './from-did-jwt-signer.ts'
export { type DidJwtResolvable, toDidJwtResolver } from './to-did-jwt-resolver.ts'
export { type DidJwtSignature, type DidJwtSigner, toDidJwtSigner } from './to-did-jwt-signer.ts'
