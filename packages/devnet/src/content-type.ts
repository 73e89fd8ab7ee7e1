const signatures: readonly { readonly type: string; readonly prefix: readonly number[] }[] = [
  { type: 'image/png', prefix: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { type: 'image/jpeg', prefix: [0xff, 0xd8, 0xff] },
  { type: 'image/gif', prefix: [0x47, 0x49, 0x46, 0x38] },
]

const openingBrace = 0x7b

/**
 * The media type a gateway gives a file, from its first bytes: IPFS stores none. Only types that no browser runs, so
 * that a stranger's file is never a page of the gateway's origin.
 */
export function guessContentType(start: Uint8Array): string {
  const image = signatures.find(({ prefix }) => prefix.every((byte, index) => start[index] === byte))
  if (image !== undefined) return image.type
  return start[0] === openingBrace ? 'application/json' : 'application/octet-stream'
}
