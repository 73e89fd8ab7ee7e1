export interface LimitsOptions<Limits> {
  readonly defaults: Limits
  /** Names of limits that need not be whole, and may be less than one. */
  readonly fractions: ReadonlySet<keyof Limits>
  /** Makes the error for a limit, such as `limits.maxBytes`. */
  readonly invalid: (option: string, reason: string) => Error
}

/**
 * The default limits with some replaced.
 *
 * @throws what `invalid` makes, for an unknown name or a value that is no positive number
 */
export function replaceLimits<Limits extends { readonly [Name in keyof Limits]: number }>(
  changes: Partial<Readonly<Record<string, unknown>>>,
  { defaults, fractions, invalid }: LimitsOptions<Limits>,
): Readonly<Limits> {
  const fractional: ReadonlySet<PropertyKey> = fractions
  const replaced: Record<string, number> = {}
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) continue
    const option = `limits.${name}`
    if (!Object.hasOwn(defaults, name))
      throw invalid(option, `unknown limit; known are ${Object.keys(defaults).join(', ')}`)
    if (typeof value !== 'number' || !(value > 0) || !Number.isFinite(value))
      throw invalid(option, 'must be a positive number')
    if (!fractional.has(name) && !Number.isSafeInteger(value)) throw invalid(option, 'must be a whole number')
    replaced[name] = value
  }
  return Object.freeze({ ...defaults, ...replaced })
}
