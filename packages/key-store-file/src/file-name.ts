/** Room for prefix and suffix is left of the 255 bytes that file systems give a name. */
const MAX_ENCODED_LENGTH = 200
const SUFFIX = '.json'

/** What a file holds: `key-` a signing key, `box-` a box key. */
export type FileKind = 'key' | 'box'

/**
 * The file of a key: lower-case letters, digits, `.`, `-` and `_` stay, every other byte becomes `%XX`. So no name leads
 * out of the directory, and no two names meet where the file system ignores case or normalises Unicode.
 *
 * @returns `undefined` when the name is empty, too long or not well-formed Unicode: no file has it
 */
export function encodeFileName(kind: FileKind, name: string): string | undefined {
  if (name.length === 0 || name.length > MAX_ENCODED_LENGTH || !isWellFormed(name)) return undefined
  const encoded = encodeURIComponent(name).replace(/%[0-9A-F]{2}|[^a-z0-9._-]/g, (part) =>
    part.length === 3 ? part : `%${part.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return encoded.length > MAX_ENCODED_LENGTH ? undefined : `${kind}-${encoded}${SUFFIX}`
}

/** The inverse. @returns `undefined` when `encodeFileName` never gives this file name for this kind */
export function decodeFileName(kind: FileKind, fileName: string): string | undefined {
  if (!fileName.startsWith(`${kind}-`) || !fileName.endsWith(SUFFIX)) return undefined
  try {
    const name = decodeURIComponent(fileName.slice(kind.length + 1, -SUFFIX.length))
    return encodeFileName(kind, name) === fileName ? name : undefined
  } catch {
    return undefined
  }
}

function isWellFormed(text: string): boolean {
  try {
    encodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
