import { encodeHex, encodeUtf8, type Identity, sha256, systemClock } from '@uport-kit/core'
import { Hono } from 'hono'
import type { Browsers } from '../servers/browsers.ts'
import { readJson, textMember } from '../servers/read-json.ts'
import { type SignedInEnv, signedIn } from '../servers/signed-in.ts'
import type { LibrarySession } from './library-session.ts'
import { judgeSigningInput, type SignRules } from './sign-policy.ts'

export interface SignParts {
  readonly browsers: Browsers<LibrarySession>
  readonly identity: Identity
  readonly rules: Pick<SignRules, 'guestBook' | 'relayUrl'>
}

/** Signs requests that a page has made, where they are what pages may ask for. The key never leaves the server. */
export function createSignRoutes({
  browsers,
  identity,
  rules,
}: SignParts): Hono<SignedInEnv<LibrarySession>> {
  const routes = new Hono<SignedInEnv<LibrarySession>>()
  routes.use(signedIn(browsers))

  routes.post('/', async (context) => {
    const input = textMember(await readJson(context.req.raw), 'input')
    const { did, keyId, keys } = identity
    const preview = judgeSigningInput(input, { ...rules, did, now: systemClock().now() })
    if (preview === undefined || input === undefined)
      return context.json({ code: 'NOT_SIGNED', message: 'The library does not sign this.' }, 403)
    const preimage = encodeUtf8(input)
    const terms = { purpose: 'jwt', hash: 'sha256', preimage, preview } as const
    const { r, s, recovery } = await keys.sign(keyId, sha256(preimage), terms)
    return context.json({ r: encodeHex(r), s: encodeHex(s), recovery })
  })
  return routes
}
