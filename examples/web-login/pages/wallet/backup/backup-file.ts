import { concatBytes, decodeBase64, encodeBase64, encodeUtf8, type JsonObject } from '@uport-kit/core'
import {
  type CryptoBlock,
  decryptSecret,
  encryptSecret,
  parseCryptoBlock,
  type ScryptCost,
} from '@uport-kit/core/keystore'

/** A backup file. Nothing in it but its date can be read without the passphrase. */
interface BackupFile {
  readonly format: typeof FORMAT
  readonly version: typeof VERSION
  /** ISO 8601. */
  readonly createdAt: string
  /** 32 random bytes under the passphrase: the key of the contents (Web3 Secret Storage, version 3). */
  readonly crypto: CryptoBlock
  /** Base64: 12 bytes of IV, then AES-256-GCM over the contents as JSON. What stands before it is authenticated with it. */
  readonly contents: string
}

export interface SealOptions {
  /** Default: n 131 072, about a second. Lower it in tests only. */
  readonly cost?: ScryptCost | undefined
}

const FORMAT = 'uport-kit/web-wallet-backup'
const VERSION = 1
const KEY_BYTES = 32
const IV_BYTES = 12

/** A wallet of thousands of credentials is a fraction of it. */
export const MAX_BACKUP_BYTES = 32 * 1024 * 1024

/** The file, as it is saved. The same passphrase opens it, and nothing else does. */
export async function sealBackup(
  contents: JsonObject,
  passphrase: string,
  createdAt: Date,
  { cost }: SealOptions = {},
): Promise<string> {
  const key = crypto.getRandomValues(new Uint8Array(KEY_BYTES))
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  try {
    const head = { format: FORMAT, version: VERSION, createdAt: createdAt.toISOString() } as const
    const plaintext = encodeUtf8(JSON.stringify(contents)).slice()
    const cipher = { name: 'AES-GCM', iv, additionalData: bindingOf(head) }
    const sealed = await crypto.subtle.encrypt(cipher, await importKey(key, 'encrypt'), plaintext)
    plaintext.fill(0)
    const file: BackupFile = {
      ...head,
      crypto: await encryptSecret(key, passphrase, { cost }),
      contents: encodeBase64(concatBytes(iv, new Uint8Array(sealed))),
    }
    return JSON.stringify(file)
  } finally {
    key.fill(0)
  }
}

/** What was read out of a file that its passphrase opened. Its form is still to be checked. */
export interface OpenedBackup {
  readonly createdAt: Date
  readonly contents: unknown
}

/**
 * Opens a file that somebody chose, which may be anything.
 *
 * @throws UportError `KEY_PASSPHRASE_WRONG`
 * @throws Error where it is no backup, or a damaged one
 */
export async function openBackup(text: string, passphrase: string): Promise<OpenedBackup> {
  const file = parseFile(text)
  const bytes = decodeContents(file.contents)
  const key = await decryptSecret(parseCryptoBlock(Object(file.crypto)), passphrase)
  try {
    const iv = bytes.slice(0, IV_BYTES)
    const cipher = { name: 'AES-GCM', iv, additionalData: bindingOf(file) }
    const plaintext = await crypto.subtle
      .decrypt(cipher, await importKey(key, 'decrypt'), bytes.slice(IV_BYTES))
      .catch(() => {
        throw damaged()
      })
    const contents = new TextDecoder().decode(plaintext)
    new Uint8Array(plaintext).fill(0)
    return { createdAt: new Date(file.createdAt), contents: JSON.parse(contents) }
  } finally {
    key.fill(0)
  }
}

/** @throws Error where it is no backup of this wallet */
function parseFile(text: string): BackupFile {
  if (text.length > MAX_BACKUP_BYTES) throw new Error('This file is too large for a backup of a wallet.')
  let file: Partial<BackupFile>
  try {
    file = Object(JSON.parse(text))
  } catch {
    throw new Error('This is no backup of this wallet, or it was cut off: choose another file.')
  }
  if (file.format !== FORMAT) throw new Error('This is no backup of this wallet: choose another file.')
  if (file.version !== VERSION) {
    throw new Error('A newer wallet has made this backup: open the wallet anew to get its newest version.')
  }
  const { createdAt, contents } = file
  if (typeof createdAt !== 'string' || Number.isNaN(Date.parse(createdAt)) || typeof contents !== 'string')
    throw damaged()
  return file as BackupFile
}

function decodeContents(contents: string): Uint8Array<ArrayBuffer> {
  const bytes = decodeBase64(contents)
  if (bytes === undefined || bytes.length <= IV_BYTES) throw damaged()
  return bytes.slice()
}

export function damaged(): Error {
  return new Error('This backup is damaged, and nothing of it was restored: try another copy of it.')
}

/** What is in clear, and must not be exchanged. */
function bindingOf({
  format,
  version,
  createdAt,
}: Omit<BackupFile, 'crypto' | 'contents'>): Uint8Array<ArrayBuffer> {
  return encodeUtf8(JSON.stringify([format, version, createdAt])).slice()
}

function importKey(key: Uint8Array, use: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', key.slice(), 'AES-GCM', false, [use])
}
