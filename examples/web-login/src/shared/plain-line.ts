/** What shows nothing and changes what is around it: controls, directions, zero-width characters, blank letters. */
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]|\u115f|\u1160|\u3164|\uffa0|\u2800|\u034f|\u17b4|\u17b5|[\ufe00-\ufe0e]/gu

/** More marks on one letter than any script needs: they are drawn over the lines around it. */
const STACKED_MARKS = /(\p{M}{4})\p{M}+/gu

/**
 * What a stranger wrote, as one line of bearable length that says what it looks like. It stays their words: put it into a page
 * as text.
 *
 * @param max characters that are kept
 */
export function plainLine(text: string, max: number): string {
  const clean = text
    .slice(0, 4 * max)
    .replace(/\s+/gu, ' ')
    .replace(INVISIBLE, '')
    .replace(STACKED_MARKS, '$1')
  const points = [...clean.trim()]
  return points.length > max ? `${points.slice(0, max - 1).join('')}…` : points.join('')
}
