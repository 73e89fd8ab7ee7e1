import { type Json, signJwt } from '@uport-kit/core'
import type { Arguments } from '../arguments.ts'
import { UsageError } from '../cli-error.ts'
import type { Context } from '../context.ts'
import { IdentityBook } from '../identities/identity-book.ts'
import { openKeys } from '../keys/open-keys.ts'
import { readJsonObject } from '../read-input.ts'

/** Signs a JSON object as a token. */
export async function run(args: Arguments, context: Context): Promise<undefined> {
  const { terminal, signal } = context
  const identity = (await IdentityBook.open(context)).acting()
  const claims = await readJsonObject(args.requirePosition('claims'), context)
  for (const name of ['iss', 'iat', 'exp']) {
    if (claims[name] !== undefined) throw new UsageError(`Leave ${name} out of the claims: it is set here.`)
  }
  const { keys } = await openKeys(context)
  const { did, key } = identity
  const sub = args.text('sub')
  const aud = args.text('aud')
  const payload = {
    ...(claims as Readonly<Record<string, Json>>),
    ...(sub !== undefined && { sub }),
    ...(aud !== undefined && { aud }),
  }
  const expiresIn = args.whole('expires-in')
  const jwt = await signJwt(payload, { did, keyId: key, keys }, { expiresIn, signal })
  terminal.print({ jwt, issuer: did }, [jwt])
}
