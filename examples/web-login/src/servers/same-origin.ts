import type { MiddlewareHandler } from 'hono'

/**
 * Refuses whatever changes something and was not sent by a page of this site. `SameSite` cookies alone are not enough: two ports
 * of one host are the same site.
 */
export function sameOrigin(url: string): MiddlewareHandler {
  return async (context, next) => {
    const { method } = context.req
    const isSafe = method === 'GET' || method === 'HEAD'
    if (!isSafe && context.req.header('origin') !== url)
      return context.json(
        { code: 'WRONG_ORIGIN', message: 'This address answers the pages of its own site.' },
        403,
      )
    return next()
  }
}
