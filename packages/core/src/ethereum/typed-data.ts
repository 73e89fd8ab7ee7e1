import { TypedDataEncoder } from 'ethers'
import { keccak256 } from '../bytes/hash.ts'
import { decodeHex } from '../bytes/hex.ts'
import { copyJson } from '../identity/copy-json.ts'
import { isJsonObject } from '../identity/is-json-object.ts'
import { member, type Refuse } from '../messages/members.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import { type Field, parseTypes, reachableTypes, type StructTypes } from './typed-data-types.ts'
import { checkTypedValue } from './typed-data-value.ts'

/** Structured data to sign (EIP-712), with the values as JSON: numbers beyond 2^53 as decimal or `0x` text, bytes as `0x` hex. */
export interface TypedData {
  /** Field lists by struct name, `EIP712Domain` among them. */
  readonly types: { readonly [struct: string]: readonly { readonly name: string; readonly type: string }[] }
  readonly primaryType: string
  readonly domain: JsonObject
  readonly message: JsonObject
}

/** What EIP-712 makes of typed data. */
export interface TypedDataHash {
  /** 32 bytes. */
  readonly domainSeparator: Uint8Array
  /** 32 bytes. */
  readonly structHash: Uint8Array
  /** `0x19 0x01`, domain separator, struct hash. */
  readonly preimage: Uint8Array
  /** Keccak-256 of the preimage: what is signed. */
  readonly digest: Uint8Array
}

/** Typed data that was read and can be hashed. */
export interface CheckedTypedData {
  readonly typedData: TypedData
  readonly hash: TypedDataHash
}

/** Values plus characters of all texts and names; levels of nesting. */
const LIMITS = Object.freeze({ maxSize: 65_536, maxDepth: 24 })

/** The fields a domain may have, in the one order that EIP-712 gives them. */
const DOMAIN_FIELDS: readonly Field[] = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
  { name: 'salt', type: 'bytes32' },
]

/**
 * Reads typed data and hashes it with ethers' encoder.
 *
 * Stricter than the encoder, so that every wallet signs the same bytes and a screen shows all that is signed and nothing
 * else: `EIP712Domain` is declared and fits the domain member for member, every declared field has a value of its exact
 * JSON type, no value is undeclared. Structs that `primaryType` does not reach are left out of account, as in other wallets.
 *
 * @param path how an error names the whole, such as `typedData`
 * @throws what `refuse` throws
 */
export function checkTypedData(value: unknown, path: string, refuse: Refuse): CheckedTypedData {
  const copy = copyJson(value, LIMITS)
  if (copy === undefined || !isJsonObject(copy))
    return refuse(path, 'is not a JSON object of acceptable size')
  const { types, primaryType, domain, message } = readParts(copy, path, refuse)
  const structs = parseTypes(types, `${path}.types`, refuse)
  checkDomain(structs, domain, path, refuse)
  if (primaryType === 'EIP712Domain' || !structs.has(primaryType)) {
    return refuse(`${path}.primaryType`, 'names none of the types')
  }
  const reachable = reachableTypes(structs, primaryType, `${path}.types`, refuse)
  checkTypedValue(message, primaryType, reachable, `${path}.message`, refuse)
  const typedData = Object.freeze({ types: types as TypedData['types'], primaryType, domain, message })
  return Object.freeze({ typedData, hash: hash(typedData, reachable, path, refuse) })
}

/** The declaration that fits a domain: what callers used to ethers leave to the library. */
export function domainFields(domain: JsonObject): readonly Field[] {
  return DOMAIN_FIELDS.filter(({ name }) => Object.hasOwn(domain, name))
}

function readParts(value: JsonObject, path: string, refuse: Refuse) {
  for (const name of ['types', 'primaryType', 'domain', 'message']) {
    if (member(value, name) === undefined) return refuse(`${path}.${name}`, 'is missing')
  }
  const { types, primaryType, domain, message } = value
  if (!isJsonObject(types)) return refuse(`${path}.types`, 'is not an object')
  if (typeof primaryType !== 'string') return refuse(`${path}.primaryType`, 'is not text')
  if (!isJsonObject(domain)) return refuse(`${path}.domain`, 'is not an object')
  if (!isJsonObject(message)) return refuse(`${path}.message`, 'is not an object')
  return { types, primaryType, domain, message }
}

function checkDomain(structs: StructTypes, domain: JsonObject, path: string, refuse: Refuse): void {
  const declared = structs.get('EIP712Domain')
  if (declared === undefined) refuse(`${path}.types.EIP712Domain`, 'is missing')
  if (declared.length === 0) refuse(`${path}.types.EIP712Domain`, 'is empty')
  const ordered = DOMAIN_FIELDS.filter(({ name }) => declared.some((field) => field.name === name))
  const fits =
    ordered.length === declared.length &&
    ordered.every(({ name, type }, index) => declared[index]?.name === name && declared[index]?.type === type)
  if (!fits) refuse(`${path}.types.EIP712Domain`, 'has other fields than EIP-712 allows, or another order')
  checkTypedValue(domain, 'EIP712Domain', structs, `${path}.domain`, refuse)
}

function hash(data: TypedData, reachable: StructTypes, path: string, refuse: Refuse): TypedDataHash {
  const types: Record<string, Field[]> = {}
  for (const [name, fields] of reachable) types[name] = [...fields]
  let encoded: string
  try {
    encoded = TypedDataEncoder.encode({ ...data.domain }, types, { ...data.message })
  } catch {
    // The encoder's own errors quote the values; they go no further.
    return refuse(path, 'holds a value that does not fit its type')
  }
  const preimage = decodeHex(encoded)
  if (preimage?.length !== 66) return refuse(path, 'cannot be encoded')
  return Object.freeze({
    domainSeparator: preimage.slice(2, 34),
    structHash: preimage.slice(34),
    preimage,
    digest: keccak256(preimage),
  })
}

/** The chain that a domain names; undefined where it names none. The value was checked before. */
export function domainChainId({ domain }: TypedData): bigint | undefined {
  const chainId: Json | undefined = member(domain, 'chainId')
  return typeof chainId === 'string' || typeof chainId === 'number' ? BigInt(chainId) : undefined
}
