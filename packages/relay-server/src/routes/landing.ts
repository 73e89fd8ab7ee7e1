import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import encode from 'qr'
import { refuse } from '../refuse.ts'
import type { RelayEnv } from '../relay.ts'

/** A signed token and nothing else: none of its characters means anything in HTML or in a URI. */
const JWT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/
/** What browsers and proxies let through in an address. */
const MAX_JWT_LENGTH = 8000
/** Bytes of a link that a camera reads well from a screen. */
const MAX_CODE_BYTES = 1500
/** Light modules around the code, as its standard asks. */
const QUIET_ZONE = 4

const STYLE = `:root{color-scheme:light dark;font:1.1rem/1.5 system-ui,sans-serif}
main{max-width:26rem;margin:2rem auto;padding:0 1rem;text-align:center}
a{display:block;padding:.75rem;border-radius:.5rem;background:#1a4fb8;color:#fff}
svg{width:100%;background:#fff;border-radius:.5rem}`

/** Nothing is loaded, nothing runs; the one style sheet is named by its hash. */
const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: [`'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  referrerPolicy: 'no-referrer',
})

/**
 * Where a universal link ends when no wallet has caught it: the link once more, in the form that only wallets open, and
 * its QR code for the phone. The request is neither read nor kept.
 */
export function landingRoute(): Hono<RelayEnv> {
  const app = new Hono<RelayEnv>()
  app.use(headers)
  app.get('/:jwt', (c) => {
    const jwt = c.req.param('jwt')
    const replyMode = c.req.query('callback_type')
    if (jwt.length > MAX_JWT_LENGTH || !JWT.test(jwt)) return refuse(c, 'PARAMETER_INVALID')
    if (replyMode !== undefined && replyMode !== 'post' && replyMode !== 'redirect')
      return refuse(c, 'PARAMETER_INVALID')
    c.header('X-Robots-Tag', 'noindex')
    const link = `me.uport:req/${jwt}${replyMode === undefined ? '' : `?callback_type=${replyMode}`}`
    // A reply by redirect comes back to this device: another one cannot give it.
    const code = replyMode === 'redirect' || link.length > MAX_CODE_BYTES ? undefined : svgOf(link)
    return c.html(page(link, code))
  })
  return app
}

function page(link: string, code: string | undefined): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Open this request in your wallet</title>
<style>${STYLE}</style>
<main>
<h1>Open this request in your wallet</h1>
<p>Go on only if you have just come from the app or page that asks you.</p>
<p><a href="${link}">Open the wallet on this device</a></p>
${code === undefined ? '' : `<p>Or scan the code with the wallet on your phone.</p>\n${code}`}
</main>
</html>
`
}

/** The dark modules of each row, as bars. */
function svgOf(text: string): string {
  const rows = encode(text, 'raw', { ecc: 'low', border: QUIET_ZONE })
  let path = ''
  for (const [y, row] of rows.entries())
    for (let x = 0; x < row.length; x++) {
      const start = x
      while (row[x] === true) x++
      if (x > start) path += `M${start} ${y}h${x - start}v1h${start - x}z`
    }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${rows.length} ${rows.length}" shape-rendering="crispEdges" role="img" aria-label="QR code of the request"><path d="${path}"/></svg>`
}
