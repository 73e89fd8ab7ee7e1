import { isJsonObject } from '../identity/is-json-object.ts'
import type { Json } from '../ports/json.ts'

/** Whether two JSON values say the same; the order of members says nothing. Meant for values of bounded depth. */
export function equalJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (a === undefined || b === undefined) return false
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && equalLists(a, b)
  if (!isJsonObject(a) || !isJsonObject(b)) return false
  const left = a
  const right = b
  const names = Object.keys(left)
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && equalJson(left[name], right[name]))
  )
}

function equalLists(a: readonly Json[], b: readonly Json[]): boolean {
  return a.length === b.length && a.every((item, index) => equalJson(item, b[index]))
}
