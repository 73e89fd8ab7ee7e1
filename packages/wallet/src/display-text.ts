/** A stranger's text, made safe to show as plain text. */
export interface ShownText {
  /** One line; no control, direction or invisible characters; of bounded length. Still the stranger's words: never markup. */
  readonly text: string
  /** Whether something was taken out or cut off: worth a warning, because honest texts hold none of it. */
  readonly altered: boolean
}

/** Characters of a name. */
export const MAX_NAME = 64

/** Characters of a longer text, such as a reason. */
export const MAX_TEXT = 512

/** Line ends, tabs and all spaces of their own width: a name is one line with plain spaces. */
const SPACES = /[\s\u2028\u2029\u0085]+/gu

/**
 * What shows nothing and changes what is around it: controls, formats (direction marks, embeddings, overrides and isolates,
 * zero-width characters, tags), lone surrogates, private use, noncharacters, and letters that are blank.
 */
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]|\u115f|\u1160|\u3164|\uffa0|\u2800|\u034f|\u17b4|\u17b5|[\ufe00-\ufe0e]/gu

/** More marks on one letter than any script needs: they are drawn over the lines around it. */
const STACKED_MARKS = /(\p{M}{4})\p{M}+/gu

/** How much longer than shown a text may be and still be read at all; all work is linear in it. */
const READ_FACTOR = 4

/**
 * Makes a stranger's text safe to show. It stays a plain string: whoever puts it into a page must not do so as markup.
 *
 * @param max characters (code points) that are shown; an ellipsis marks what was cut
 */
export function displayText(value: string, max: number = MAX_TEXT): ShownText {
  const read = value.slice(0, max * READ_FACTOR)
  const clean = read.replace(SPACES, ' ').replace(INVISIBLE, '').replace(STACKED_MARKS, '$1').trim()
  const points = [...clean]
  const isCut = points.length > max
  const text = isCut ? `${points.slice(0, max - 1).join('')}…` : clean
  return Object.freeze({ text, altered: isCut || read.length < value.length || clean !== value.trim() })
}

/**
 * Makes a stranger's address safe to show: as `displayText`, and where its host has letters of other scripts, which may look
 * like those of a known one, in its ASCII form (`xn--…`); a user name, which may look like a host, is left out.
 */
export function displayUrl(value: string, max: number = MAX_TEXT): ShownText {
  const shown = displayText(value, max)
  const plain = plainForm(shown.text)
  return plain === undefined ? shown : Object.freeze({ text: displayText(plain, max).text, altered: true })
}

/** @returns undefined where the text has it already, or is no address */
function plainForm(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const hasUser = url.username !== '' || url.password !== ''
  if (!hasUser && text.toLowerCase().includes(url.hostname)) return undefined
  url.username = ''
  url.password = ''
  return url.href
}
