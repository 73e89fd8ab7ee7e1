/**
 * Strangers' words for a terminal: everything that could move the cursor, hide or reorder text is written out. Lines and
 * tabs stay.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu, (character) =>
    character === '\n' || character === '\t'
      ? character
      : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  )
}

/** As `printable`, on one line: what a stranger wrote cannot pass for a line of ours. */
export function printableLine(text: string): string {
  return printable(text.replaceAll('\n', '\\n').replaceAll('\t', '\\t'))
}
