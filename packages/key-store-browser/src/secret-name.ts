const MAX_LENGTH = 256
const LONE_SURROGATE = /\p{Surrogate}/u

/** 1 to 256 characters of well-formed Unicode: two texts that are not would have one encoding. */
export function isSecretName(name: unknown): name is string {
  return (
    typeof name === 'string' && name.length > 0 && name.length <= MAX_LENGTH && !LONE_SURROGATE.test(name)
  )
}

/** @throws TypeError */
export function assertSecretName(what: string, name: unknown): asserts name is string {
  if (!isSecretName(name))
    throw new TypeError(`${what} must be well-formed text of 1 to ${MAX_LENGTH} characters`)
}
