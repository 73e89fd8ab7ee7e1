import type { Json, JsonObject } from '@uport-kit/core'

/** What may be done to one member of a signed object. `duplicate`: a second one behind it; `shadow`: one before it. */
export type EditKind = 'flip' | 'drop' | 'retype' | 'duplicate' | 'shadow'

/** What an edit must lead to: a code, or that everything goes on. */
export type Expected = string

export const PASSES: Expected = 'passes'

/** A value to put in a member's place, and what it must lead to. */
export type Edit = readonly [value: Json, expected: Expected]

/** The edits of one member. */
export interface MemberRow {
  readonly flip: Edit
  readonly drop: Expected
  readonly retype: Edit
}

export type MemberTable = { readonly [member: string]: MemberRow }

export interface EditCase {
  readonly name: string
  readonly expected: Expected
  edit(object: JsonObject): string
}

/**
 * Every edit of every row. Of a member that stands there twice the last one counts: behind the genuine one a flipped one
 * does what the flip does, before it nothing.
 */
export function casesOf(table: MemberTable): readonly EditCase[] {
  return Object.entries(table).flatMap(([member, { flip, drop, retype }]) => {
    const named = (kind: EditKind, expected: Expected, edit: EditCase['edit']): EditCase => ({
      name: `${kind} ${member}`,
      expected,
      edit,
    })
    return [
      named('flip', flip[1], (object) => JSON.stringify({ ...object, [member]: flip[0] })),
      named('drop', drop, ({ [member]: _, ...others }) => JSON.stringify(others)),
      named('retype', retype[1], (object) => JSON.stringify({ ...object, [member]: retype[0] })),
      named('duplicate', flip[1], (object) => insert(JSON.stringify(object), member, flip[0], 'behind')),
      named('shadow', PASSES, (object) => insert(JSON.stringify(object), member, flip[0], 'before')),
    ]
  })
}

/** Members that the genuine object does not have. */
export function additionsOf(rows: readonly (readonly [member: string, ...Edit])[]): readonly EditCase[] {
  return rows.map(([member, value, expected]) => ({
    name: `add ${member} ${JSON.stringify(value).slice(0, 40)}`,
    expected,
    edit: (object) => JSON.stringify({ ...object, [member]: value }),
  }))
}

function insert(text: string, member: string, value: Json, place: 'before' | 'behind'): string {
  const pair = `${JSON.stringify(member)}:${JSON.stringify(value)}`
  return place === 'before' ? `{${pair},${text.slice(1)}` : `${text.slice(0, -1)},${pair}}`
}
