/** Bytes that look random and are the same in every run (xorshift32). */
export function seededBytes(length: number, seed: number): Uint8Array {
  let state = seed * 2_654_435_761 || 1
  return Uint8Array.from({ length }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 24
  })
}
