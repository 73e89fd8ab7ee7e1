import type { MiddlewareHandler } from 'hono'
import type { WorldConfig } from '../shared/world-config.ts'

/** What a page may use beside the network. */
export interface PageRights {
  readonly camera: boolean
}

/** The origins that a page talks to: those of its world, and no others. */
function connectOrigins(config: WorldConfig): readonly string[] {
  const { network, gatewayUrl, ipfsApiUrl, relayUrl, pushUrl, appUrl, issuerUrl, walletUrl } = config
  const all = [network.rpcUrl, gatewayUrl, ipfsApiUrl, relayUrl, pushUrl, appUrl, issuerUrl, walletUrl]
  return [...new Set(all.map((url) => new URL(url).origin))]
}

/**
 * A content security policy that runs the page's own files and nothing else, talks to the named origins and no others, and
 * makes markup out of text impossible (Trusted Types). Where scripts need a policy of that kind, they name it `uport-kit`.
 */
function contentSecurityPolicy(origins: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    `connect-src 'self' ${origins.join(' ')}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ')
}

/** The headers of every answer. */
export function securityHeaders(config: WorldConfig, rights: PageRights): MiddlewareHandler {
  const policy = contentSecurityPolicy(connectOrigins(config))
  const permissions = `camera=(${rights.camera ? 'self' : ''}), microphone=(), geolocation=(), payment=()`
  return async (context, next) => {
    await next()
    context.header('content-security-policy', policy)
    context.header('permissions-policy', permissions)
    context.header('referrer-policy', 'no-referrer')
    context.header('x-content-type-options', 'nosniff')
    context.header('cross-origin-opener-policy', 'same-origin')
    context.header('cross-origin-resource-policy', 'same-origin')
  }
}
