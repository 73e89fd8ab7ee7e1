export type * from './errors.ts'
export { EthrDidResolver, type EthrDidResolverOptions } from './ethr-did-resolver.ts'
export { DEFAULT_ETHR_REGISTRY, type EthrNetwork } from './ethr-networks.ts'
