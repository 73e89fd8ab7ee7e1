import type { FileKind } from './file-name.ts'

/**
 * The passphrase, or who is asked for it whenever a key is made or unlocked: for which key, and whether it is one that signs
 * (`key`) or one of a box.
 */
export type PassphraseSource = string | ((keyId: string, kind: FileKind) => Promise<string>)

/** @throws TypeError when the source is neither of the two, or the passphrase is empty */
export function assertPassphraseSource(source: PassphraseSource): void {
  if (typeof source !== 'function') assertPassphrase(source)
}

export async function askPassphrase(
  source: PassphraseSource,
  keyId: string,
  kind: FileKind,
): Promise<string> {
  const passphrase = typeof source === 'function' ? await source(keyId, kind) : source
  assertPassphrase(passphrase)
  return passphrase
}

/** An empty passphrase protects nothing. */
export function assertPassphrase(passphrase: string): void {
  if (typeof passphrase !== 'string' || passphrase.length === 0) {
    throw new TypeError('The passphrase must be a text that is not empty')
  }
}
