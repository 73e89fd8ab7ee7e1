/** Request ids take 22 characters and DIDs some 40; a longer name is a mistake. */
const MAX_NAME_LENGTH = 256

/** @throws TypeError unless the name is a text of 1 to 256 characters */
export function assertBoxKeyName(name: string): void {
  if (typeof name !== 'string' || name.length === 0 || name.length > MAX_NAME_LENGTH) {
    throw new TypeError(`The name of a box key must have 1 to ${MAX_NAME_LENGTH} characters`)
  }
}
