/** Block of the current box: the length of a plaintext is told only to the next multiple of 64 bytes. */
const NUL_BLOCK = 64
/** Block of push messages, in both generations of boxes. */
const SPACE_BLOCK = 50
const SPACE = 0x20

/**
 * Pads with NUL bytes to a multiple of 64. A multiple of 64, the empty plaintext too, stays as it is. Counted in bytes:
 * padding by UTF-16 units, as some old peers do, leaks how many characters are outside ASCII.
 */
export function padWithNuls(bytes: Uint8Array): Uint8Array {
  return padTo(bytes, Math.ceil(bytes.length / NUL_BLOCK) * NUL_BLOCK, 0)
}

/** Strips all trailing NUL bytes: a plaintext's own ones are lost, as with every implementation of the scheme. */
export function stripNuls(bytes: Uint8Array): Uint8Array {
  return stripTrailing(bytes, 0)
}

/** Pads with one space at least to a multiple of 50, as push messages are before they are sealed. */
export function padWithSpaces(bytes: Uint8Array): Uint8Array {
  return padTo(bytes, (Math.floor(bytes.length / SPACE_BLOCK) + 1) * SPACE_BLOCK, SPACE)
}

/** Strips all trailing spaces. JSON needs no stripping: white space after it has no meaning. */
export function stripSpaces(bytes: Uint8Array): Uint8Array {
  return stripTrailing(bytes, SPACE)
}

function padTo(bytes: Uint8Array, length: number, filler: number): Uint8Array {
  const padded = new Uint8Array(length).fill(filler, bytes.length)
  padded.set(bytes)
  return padded
}

function stripTrailing(bytes: Uint8Array, filler: number): Uint8Array {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === filler) end--
  return bytes.slice(0, end)
}
