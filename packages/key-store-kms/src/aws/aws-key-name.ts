const KEY_ID = /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/
const ARN = /^arn:aws[a-z-]{0,20}:kms:[a-z0-9-]{1,40}:\d{12}:(?:key|alias)\/[A-Za-z0-9/_-]{1,250}$/
const ALIAS = /^[A-Za-z0-9/_-]{1,250}$/
const ALIAS_PREFIX = 'alias/'

/**
 * What AWS calls the key of an id: an ARN and a key id are left as they are, every other name is an alias, with or
 * without `alias/` before it.
 *
 * @returns undefined where AWS cannot have a key of this name
 */
export function awsKeyName(keyId: string): string | undefined {
  if (keyId.length <= 2048 && (ARN.test(keyId) || KEY_ID.test(keyId))) return keyId
  return awsAliasName(keyId)
}

/** The alias that the id stands for; undefined for an ARN, a key id, and what no alias can be called. */
export function awsAliasName(keyId: string): string | undefined {
  if (KEY_ID.test(keyId)) return undefined
  const name = keyId.startsWith(ALIAS_PREFIX) ? keyId.slice(ALIAS_PREFIX.length) : keyId
  // Aliases below `aws/` are the keys that the services of AWS made for themselves.
  return ALIAS.test(name) && !name.startsWith('aws/') ? ALIAS_PREFIX + name : undefined
}

/** The inverse, as a listing names the key. */
export function keyIdOfAlias(alias: string): string | undefined {
  const name = alias.startsWith(ALIAS_PREFIX) ? alias.slice(ALIAS_PREFIX.length) : undefined
  return name !== undefined && awsAliasName(name) === alias ? name : undefined
}
