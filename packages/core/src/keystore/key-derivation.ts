import { scryptAsync } from '@noble/hashes/scrypt.js'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { jsonInvalid } from './json-invalid.ts'
import { hexMember, integerMember, type JsonMembers, textMember } from './json-members.ts'

/** Bytes derived: 16 for the cipher, 16 for the MAC. */
export const DERIVED_BYTES = 32
const MIN_SALT_BYTES = 8
const MAX_SALT_BYTES = 64

/** What a file may ask this process to spend: 512 MiB and four times the work of geth's default. */
const MAX_SCRYPT_MEMORY = 2 ** 29
const MAX_SCRYPT_WORK = 2 ** 23
const MAX_PBKDF2_ROUNDS = 10_000_000

/** How dear one guess at a passphrase is (RFC 7914). Memory is 128 * n * r bytes. */
export interface ScryptCost {
  /** A power of two. Default 131 072, as ethers writes. */
  readonly n?: number | undefined
  /** Block size. Default 8. */
  readonly r?: number | undefined
  /** Parallelisation. Default 1. */
  readonly p?: number | undefined
}

export interface ScryptParameters {
  readonly kdf: 'scrypt'
  readonly salt: Uint8Array
  readonly n: number
  readonly r: number
  readonly p: number
}

export interface Pbkdf2Parameters {
  readonly kdf: 'pbkdf2'
  readonly salt: Uint8Array
  readonly rounds: number
}

export type KdfParameters = ScryptParameters | Pbkdf2Parameters

/** Derives 32 bytes from a passphrase, in UTF-8 of its NFKC form. */
export type DeriveKey = (parameters: KdfParameters, password: Uint8Array) => Promise<Uint8Array>

/** The cost with its defaults. @throws TypeError when it is out of range */
export function scryptCost(cost: ScryptCost = {}): {
  readonly n: number
  readonly r: number
  readonly p: number
} {
  const full = { n: cost.n ?? 131_072, r: cost.r ?? 8, p: cost.p ?? 1 }
  const problem = costProblem(full)
  if (problem !== undefined) throw new TypeError(`scrypt: ${problem}`)
  return full
}

/** Reads `kdf` and `kdfparams` of a file that somebody else may have written. @throws UportError `KEYSTORE_JSON_INVALID` */
export function parseKdf(kdf: string, params: JsonMembers): KdfParameters {
  if (integerMember(params, 'dklen') !== DERIVED_BYTES) throw jsonInvalid('dklen is not 32')
  const salt = hexMember(params, 'salt', MIN_SALT_BYTES, MAX_SALT_BYTES)
  if (kdf === 'scrypt') return parseScrypt(params, salt)
  if (kdf === 'pbkdf2') return parsePbkdf2(params, salt)
  throw jsonInvalid('kdf is neither scrypt nor pbkdf2')
}

/** PBKDF2 by the platform's Web Cryptography; scrypt in JavaScript, yielding to the event loop every few milliseconds. */
export async function portableDeriveKey(
  parameters: KdfParameters,
  password: Uint8Array,
): Promise<Uint8Array> {
  if (parameters.kdf === 'pbkdf2') return pbkdf2(parameters, password)
  const { n, r, p, salt } = parameters
  return scryptAsync(password, salt, { N: n, r, p, dkLen: DERIVED_BYTES })
}

/** The passphrase is taken in NFKC, as ethers does. */
export async function deriveFromPassphrase(
  derive: DeriveKey,
  parameters: KdfParameters,
  passphrase: string,
): Promise<Uint8Array> {
  const password = encodeUtf8(passphrase.normalize('NFKC'))
  try {
    return await derive(parameters, password)
  } finally {
    password.fill(0)
  }
}

async function pbkdf2({ salt, rounds }: Pbkdf2Parameters, password: Uint8Array): Promise<Uint8Array> {
  const raw = password.slice()
  const key = await crypto.subtle.importKey('raw', raw, 'PBKDF2', false, ['deriveBits'])
  raw.fill(0)
  const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt: salt.slice(), iterations: rounds }
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, 8 * DERIVED_BYTES))
}

function parseScrypt(params: JsonMembers, salt: Uint8Array): ScryptParameters {
  const cost = {
    n: integerMember(params, 'n'),
    r: integerMember(params, 'r'),
    p: integerMember(params, 'p'),
  }
  const problem = costProblem(cost)
  if (problem !== undefined) throw jsonInvalid(problem)
  return { kdf: 'scrypt', salt, ...cost }
}

function parsePbkdf2(params: JsonMembers, salt: Uint8Array): Pbkdf2Parameters {
  if (textMember(params, 'prf') !== 'hmac-sha256') throw jsonInvalid('prf is not hmac-sha256')
  const rounds = integerMember(params, 'c')
  if (rounds < 1 || rounds > MAX_PBKDF2_ROUNDS)
    throw jsonInvalid(`c is not within 1 and ${MAX_PBKDF2_ROUNDS}`)
  return { kdf: 'pbkdf2', salt, rounds }
}

function costProblem({ n, r, p }: { n: number; r: number; p: number }): string | undefined {
  if (![n, r, p].every((value) => Number.isSafeInteger(value) && value >= 1))
    return 'n, r and p must be positive integers'
  if (n < 2 || !Number.isInteger(Math.log2(n))) return 'n must be a power of two, 2 or more'
  if (128 * n * r > MAX_SCRYPT_MEMORY) return 'n and r ask for more than 512 MiB'
  if (n * r * p > MAX_SCRYPT_WORK) return 'n, r and p ask for too much work'
  return undefined
}
