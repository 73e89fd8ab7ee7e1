export { didHttpsUrl, didWebUrl } from './did-web-url.ts'
export type * from './errors.ts'
export { WebDidResolver, type WebDidResolverOptions } from './web-did-resolver.ts'
