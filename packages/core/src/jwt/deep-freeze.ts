import type { Json } from '../ports/json.ts'

/**
 * Freezes a JSON value with all that is in it, level by level, so that no nesting exhausts the stack.
 *
 * @param maxDepth levels of objects and arrays; deeper ones are left as they are
 * @returns whether the value ends within `maxDepth` levels
 */
export function deepFreeze(value: Json, maxDepth: number = Number.POSITIVE_INFINITY): boolean {
  const found = isContainer(value) ? [value] : []
  let depth = -1
  let levelEnd = 0
  for (let index = 0; index < found.length; index++) {
    if (index === levelEnd) {
      if (++depth === maxDepth) return false
      levelEnd = found.length
    }
    const container = found[index]!
    Object.freeze(container)
    for (const member of Object.values(container)) if (isContainer(member)) found.push(member)
  }
  return true
}

type Container = { readonly [key: string]: Json } | readonly Json[]

function isContainer(value: Json): value is Container {
  return typeof value === 'object' && value !== null
}
