import type { Json } from '../ports/json.ts'

/**
 * Freezes a JSON value with all that is in it, level by level, so that no nesting exhausts the stack.
 *
 * @param maxDepth levels of objects and arrays; deeper ones are left as they are
 * @returns whether the value ends within `maxDepth` levels
 */
export function deepFreeze(value: Json, maxDepth: number = Number.POSITIVE_INFINITY): boolean {
  let level = isContainer(value) ? [value] : []
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === maxDepth) return false
    const next: Container[] = []
    for (const container of level) {
      Object.freeze(container)
      for (const member of Object.values(container)) if (isContainer(member)) next.push(member)
    }
    level = next
  }
  return true
}

type Container = { readonly [key: string]: Json } | readonly Json[]

function isContainer(value: Json): value is Container {
  return typeof value === 'object' && value !== null
}
