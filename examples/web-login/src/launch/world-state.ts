import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type KeyManager, type KeyStore, MemoryKeyStore } from '@uport-kit/core'
import { openFileKeyStore } from '@uport-kit/key-store-file'
import { createVapidKeys, type VapidKeys } from './vapid-keys.ts'

/** What outlives a run, so that the next one in the same folder is the same world. */
export interface WorldState {
  readonly keys: KeyStore & KeyManager
  /** Opens the sealed answers: 32 bytes for each server. */
  readonly boxSecrets: { readonly app: Uint8Array; readonly issuer: Uint8Array }
  /** Signs the wake-up calls of the push server. */
  readonly vapid: VapidKeys
  /** Where something is kept under a name; undefined in a world that ends with its process. */
  folder(name: string): string | undefined
}

interface Secrets {
  readonly app: string
  readonly issuer: string
  readonly vapid: VapidKeys
}

/** Known to everybody: it keeps the example's key files in the form that real ones have, and protects nothing. */
const DEFAULT_PASSPHRASE = 'uport-kit web-login'

/** A quarter of the store's own cost, for a quick start. Leave it out for real keys. */
const QUICK_SCRYPT = { n: 32_768 }

/** @param directory made where it does not exist; undefined keeps everything in memory */
export async function openWorldState(directory: string | undefined): Promise<WorldState> {
  if (directory === undefined) return toState(new MemoryKeyStore(), createSecrets(), () => undefined)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const keys = await openFileKeyStore({
    directory: join(directory, 'keys'),
    passphrase: process.env['UPORT_PASSPHRASE'] || DEFAULT_PASSPHRASE,
    scrypt: QUICK_SCRYPT,
  })
  return toState(keys, await openSecrets(join(directory, 'secrets.json')), (name) => join(directory, name))
}

async function openSecrets(file: string): Promise<Secrets> {
  if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8'))
  const secrets = createSecrets()
  await writeFile(file, JSON.stringify(secrets), { mode: 0o600, flag: 'wx' })
  return secrets
}

function createSecrets(): Secrets {
  const secret = (): string => randomBytes(32).toString('base64url')
  return { app: secret(), issuer: secret(), vapid: createVapidKeys() }
}

function toState(
  keys: WorldState['keys'],
  { app, issuer, vapid }: Secrets,
  folder: WorldState['folder'],
): WorldState {
  const read = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'))
  return { keys, boxSecrets: { app: read(app), issuer: read(issuer) }, vapid, folder }
}
