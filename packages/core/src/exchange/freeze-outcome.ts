/**
 * Freezes an outcome and the plain objects and arrays in it: what middleware and application see is what was verified.
 * Already frozen parts are whole, and others (a typed array, a class instance) are their maker's business.
 */
export function freezeOutcome<Result extends object>(outcome: Result): Result {
  const waiting: object[] = [outcome]
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    Object.freeze(value)
    for (const member of Object.values(value)) {
      if (isPlain(member) && !Object.isFrozen(member)) waiting.push(member)
    }
  }
  return outcome
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null
}
