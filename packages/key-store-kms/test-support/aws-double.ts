import { createHash, createHmac, randomUUID } from 'node:crypto'
import { createDoubleKey, type DoubleKey } from './double-key.ts'
import { type DoubleAnswer, type DoubleRequest, type Fault, HttpDouble } from './http-double.ts'

export const AWS_REGION = 'eu-central-1'
export const AWS_CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'canary-secret-access-key' }
const ACCOUNT = `arn:aws:kms:${AWS_REGION}:111122223333`

const SPECS = {
  secp256k1: ['ECC_SECG_P256K1', 'SIGN_VERIFY'],
  'key-agreement': ['ECC_SECG_P256K1', 'KEY_AGREEMENT'],
  p256: ['ECC_NIST_P256', 'SIGN_VERIFY'],
  rsa: ['RSA_2048', 'SIGN_VERIFY'],
  symmetric: ['SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT'],
} as const
const STATES = {
  enabled: 'Enabled',
  disabled: 'Disabled',
  'to-be-deleted': 'PendingDeletion',
  creating: 'Creating',
  odd: 'PendingImport',
} as const

type Members = Record<string, unknown>

/** A request that the service refuses, by the name of its exception. */
class AwsRefusal extends Error {
  readonly exception: string
  readonly status: number
  constructor(exception: string, status = 400) {
    super(exception)
    this.exception = exception
    this.status = status
  }
}

/** AWS KMS as its wire protocol shows it: JSON 1.1 by POST, SigV4 checked in full. */
export class AwsDouble extends HttpDouble {
  readonly keys = new Map<string, DoubleKey>()
  /** Without `alias/`. */
  readonly aliases = new Map<string, string>()
  /** How many entries a page of a listing has. */
  pageSize = 2
  /** Operations that this account may not do. */
  readonly denied = new Set<string>()
  protected override readonly contentType = 'application/x-amz-json-1.1'
  readonly #other = createDoubleKey()

  add(key: DoubleKey, alias?: string): DoubleKey {
    this.keys.set(key.id, key)
    if (alias !== undefined) this.aliases.set(alias, key.id)
    return key
  }

  arn(key: DoubleKey): string {
    return `${ACCOUNT}:key/${key.id}`
  }

  protected override operationOf({ headers }: Pick<DoubleRequest, 'headers'>): string {
    return String(headers['x-amz-target']).replace('TrentService.', '')
  }

  protected override answer(request: DoubleRequest, fault: Fault | undefined): DoubleAnswer {
    try {
      if (!isSigned(request)) throw new AwsRefusal('InvalidSignatureException')
      if (fault === 'throttle') throw new AwsRefusal('ThrottlingException')
      if (fault === 'server-error') throw new AwsRefusal('KMSInternalException', 500)
      if (fault === 'credentials') throw new AwsRefusal('ExpiredTokenException')
      if (fault === 'access-denied' || this.denied.has(request.operation)) {
        throw new AwsRefusal('AccessDeniedException')
      }
      return { status: 200, body: this.#perform(request.operation, JSON.parse(request.body), fault) }
    } catch (error) {
      if (!(error instanceof AwsRefusal)) throw error
      const body = { __type: error.exception, message: `canary ${request.body}` }
      return { status: error.status, body }
    }
  }

  #perform(operation: string, input: Members, fault: Fault | undefined): Members {
    switch (operation) {
      case 'GetPublicKey':
        return this.#publicKey(this.#usable(input['KeyId']), fault)
      case 'Sign':
        return this.#sign(this.#usable(input['KeyId']), input, fault)
      case 'DescribeKey':
        return { KeyMetadata: fault === 'no-member' ? undefined : this.#metadata(this.#find(input['KeyId'])) }
      case 'CreateKey':
        return this.#create(input, fault)
      case 'ScheduleKeyDeletion':
        return this.#scheduleDeletion(this.#find(input['KeyId']), input)
      case 'CreateAlias':
        return this.#createAlias(input)
      case 'DeleteAlias':
        if (!this.aliases.delete(aliasOf(input['AliasName']))) throw new AwsRefusal('NotFoundException')
        return {}
      case 'ListKeys':
        return this.#page(
          'Keys',
          [...this.keys.keys()].map((id) => ({ KeyId: id })),
          input,
        )
      case 'ListAliases':
        return this.#page('Aliases', this.#aliasEntries(), input)
      default:
        throw new AwsRefusal('UnknownOperationException')
    }
  }

  #publicKey(key: DoubleKey, fault: Fault | undefined): Members {
    if (key.kind === 'symmetric') throw new AwsRefusal('UnsupportedOperationException')
    const [KeySpec, KeyUsage] = SPECS[key.kind]
    const PublicKey = fault === 'no-member' ? undefined : base64(key.spki)
    return { KeyId: this.arn(key), PublicKey, KeySpec, KeyUsage }
  }

  #sign(key: DoubleKey, input: Members, fault: Fault | undefined): Members {
    if (key.kind !== 'secp256k1') throw new AwsRefusal('InvalidKeyUsageException')
    const { Message, MessageType, SigningAlgorithm } = input
    const digest = Buffer.from(String(Message), 'base64')
    if (MessageType !== 'DIGEST' || SigningAlgorithm !== 'ECDSA_SHA_256' || digest.length !== 32) {
      throw new AwsRefusal('ValidationException')
    }
    return {
      KeyId: this.arn(key),
      Signature: faultySignature(key, this.#other, digest, fault),
      SigningAlgorithm,
    }
  }

  #create(input: Members, fault: Fault | undefined): Members {
    if (input['KeySpec'] !== 'ECC_SECG_P256K1' || input['KeyUsage'] !== 'SIGN_VERIFY') {
      throw new AwsRefusal('ValidationException')
    }
    const key = this.add(createDoubleKey())
    return { KeyMetadata: fault === 'no-member' ? {} : this.#metadata(key) }
  }

  #scheduleDeletion(key: DoubleKey, { PendingWindowInDays: days }: Members): Members {
    if (typeof days !== 'number' || days < 7 || days > 30) throw new AwsRefusal('ValidationException')
    if (key.state === 'to-be-deleted') throw new AwsRefusal('KMSInvalidStateException')
    key.state = 'to-be-deleted'
    return { KeyId: this.arn(key), KeyState: 'PendingDeletion', PendingWindowInDays: days }
  }

  #createAlias({ AliasName, TargetKeyId }: Members): Members {
    const alias = aliasOf(AliasName)
    if (this.aliases.has(alias)) throw new AwsRefusal('AlreadyExistsException')
    this.aliases.set(alias, this.#find(TargetKeyId).id)
    return {}
  }

  #aliasEntries(): Members[] {
    const own = [...this.aliases].map(([alias, id]) => ({ AliasName: `alias/${alias}`, TargetKeyId: id }))
    return [{ AliasName: 'alias/aws/s3' }, ...own]
  }

  #page(name: string, entries: readonly Members[], { Marker }: Members): Members {
    const start = Marker === undefined ? 0 : Number(Marker)
    const end = start + this.pageSize
    const more = end < entries.length
    return {
      [name]: entries.slice(start, end),
      Truncated: more,
      ...(more ? { NextMarker: String(end) } : {}),
    }
  }

  #metadata(key: DoubleKey): Members {
    const [KeySpec, KeyUsage] = SPECS[key.kind]
    return { KeyId: key.id, Arn: this.arn(key), KeySpec, KeyUsage, KeyState: STATES[key.state] }
  }

  #usable(name: unknown): DoubleKey {
    const key = this.#find(name)
    if (key.state === 'enabled') return key
    throw new AwsRefusal(key.state === 'disabled' ? 'DisabledException' : 'KMSInvalidStateException')
  }

  #find(name: unknown): DoubleKey {
    const text = String(name)
    const id = text.includes('alias/') ? this.aliases.get(aliasOf(text)) : text.replace(`${ACCOUNT}:key/`, '')
    const key = this.keys.get(id ?? '')
    if (key === undefined) throw new AwsRefusal('NotFoundException')
    return key
  }
}

/** A signature in Base64, as a broken device might give it. */
export function faultySignature(
  key: DoubleKey,
  other: DoubleKey,
  digest: Uint8Array,
  fault: Fault | undefined,
): string | undefined {
  if (fault === 'no-member') return undefined
  if (fault === 'garbage-der') return base64(Buffer.from(randomUUID()))
  const der = (fault === 'other-key' ? other : key).sign(digest)
  return base64(fault === 'trailing-der' ? Buffer.concat([der, Buffer.of(0)]) : der)
}

function aliasOf(name: unknown): string {
  return String(name).replace(/^.*alias\//, '')
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=(\w+)\/(\d{8})\/([a-z0-9-]+)\/kms\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/

/** Signature Version 4, as the service computes it. */
function isSigned({ method, path, headers, body }: DoubleRequest): boolean {
  const match = AUTHORIZATION.exec(String(headers['authorization']))
  const [, id, day, region, signedHeaders = '', signature] = match ?? []
  const names = signedHeaders.split(';')
  if (id !== AWS_CREDENTIALS.accessKeyId || region !== AWS_REGION) return false
  if (!['host', 'x-amz-date', 'x-amz-target'].every((name) => names.includes(name))) return false
  const canonicalHeaders = names.map((name) => `${name}:${String(headers[name]).trim()}\n`).join('')
  const canonical = [method, path, '', canonicalHeaders, signedHeaders, sha256Hex(body)].join('\n')
  const scope = `${day}/${region}/kms/aws4_request`
  const date = String(headers['x-amz-date'])
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256Hex(canonical)].join('\n')
  const steps = [day ?? '', region, 'kms', 'aws4_request', toSign]
  const start: Uint8Array = Buffer.from(`AWS4${AWS_CREDENTIALS.secretAccessKey}`)
  const mac = steps.reduce((key, text) => createHmac('sha256', key).update(text).digest(), start)
  return date.startsWith(day ?? '-') && Buffer.from(mac).toString('hex') === signature
}

function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
