/** A file as a server gives it. */
export interface PageFile {
  readonly type: string
  readonly body: string | Uint8Array<ArrayBuffer>
  /** Its name says what is in it: it never changes. */
  readonly immutable: boolean
}

/** Files by their path on the server, such as `/index.html`. */
export type PageFiles = ReadonlyMap<string, PageFile>

const TYPES: ReadonlyMap<string, string> = new Map([
  ['html', 'text/html; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['css', 'text/css; charset=utf-8'],
  ['json', 'application/json'],
  ['webmanifest', 'application/manifest+json'],
  ['svg', 'image/svg+xml'],
  ['png', 'image/png'],
  ['wasm', 'application/wasm'],
])

/** The media type of a file, by the end of its name. */
export function typeOf(fileName: string): string {
  return TYPES.get(fileName.split('.').at(-1) ?? '') ?? 'application/octet-stream'
}
