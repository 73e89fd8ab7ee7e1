import type { JsonObject } from '../ports/json.ts'

/** Whether a value is an object and no array. Meant for values that are JSON already. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
