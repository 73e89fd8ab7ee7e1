/** A value as JSON has it: big numbers as decimal text, bytes as hex, functions left out. */
export function toJson(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, member: unknown) => {
      if (typeof member === 'bigint') return member.toString()
      if (member instanceof Uint8Array) return `0x${Buffer.from(member).toString('hex')}`
      return member
    }) ?? 'null',
  )
}
