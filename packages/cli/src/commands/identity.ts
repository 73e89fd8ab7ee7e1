import {
  addressOf,
  didFromMnid,
  encodeMnid,
  isUportError,
  type KeyStore,
  parseDidDocument,
  readProfile,
  readVerificationKeys,
} from '@uport-kit/core'
import { requireApproval } from '../approval.ts'
import type { Arguments } from '../arguments.ts'
import { UsageError } from '../cli-error.ts'
import { requireNetwork } from '../config/settings.ts'
import type { Context } from '../context.ts'
import { createResolver } from '../create-resolver.ts'
import { IdentityBook, type IdentityEntry } from '../identities/identity-book.ts'
import { publishIdentity } from '../identities/publish-identity.ts'
import { openKeys } from '../keys/open-keys.ts'

const TYPES = { person: 'Person', app: 'App', organization: 'Organization' } as const

/** Makes a key and the identity that its account is. */
export async function create(args: Arguments, context: Context): Promise<undefined> {
  const { terminal, settings, signal } = context
  const name = args.requirePosition('name')
  const book = await IdentityBook.open(context)
  book.checkNew(name)
  const network = settings.network ?? requireNetwork(settings).id
  const { keys, passphrases } = await openKeys(context)
  await passphrases.forNewKey()
  const { publicKey } = await keys.create({ keyId: name, signal })
  const address = addressOf(publicKey)
  const entry: IdentityEntry = {
    name,
    did: didFromMnid(encodeMnid({ network, address })),
    network,
    address,
    accountKey: name,
    key: name,
    document: {
      type: typeOf(args.text('type')),
      name: args.text('public-name'),
      description: args.text('description'),
      url: args.text('url'),
    },
    claims: args.members('claim'),
  }
  await book.put(entry)
  terminal.print(entry, [
    `identity  ${name}`,
    `did       ${entry.did}`,
    `address   ${address}`,
    '',
    `Nobody can resolve it yet. Send ${address} a little Ether on ${network}, then: uport identity register ${name}`,
  ])
}

/** Publishes the document and writes it into the registry. */
export async function register(args: Arguments, context: Context): Promise<undefined> {
  const book = await IdentityBook.open(context)
  const entry = book.require(args.requirePosition('name'))
  await requireApproval(
    `Register ${entry.name} on ${entry.network}? It costs the fee of a transaction, and its document becomes public for good.`,
    args,
    context,
  )
  const { keys } = await openKeys(context)
  await publish(entry, keys, book, context)
}

/** Makes another signing key and registers it; the account stays, and so does the DID. */
export async function rotate(args: Arguments, context: Context): Promise<undefined> {
  const book = await IdentityBook.open(context)
  const entry = book.require(args.requirePosition('name'))
  await requireApproval(
    `Give ${entry.name} a new signing key? What the old one signs from now on is refused.`,
    args,
    context,
  )
  const { keys, passphrases } = await openKeys(context)
  await passphrases.get()
  // The account's key is opened before another one is made: a wrong passphrase leaves nothing behind.
  await keys.unlock(entry.accountKey, { signal: context.signal })
  const key = await freshKeyId(entry, keys)
  await keys.create({ keyId: key, signal: context.signal })
  await publish({ ...entry, key }, keys, book, context)
}

/** Shows one identity and what the registry says of it, or all of them. */
export async function show(args: Arguments, context: Context): Promise<undefined> {
  const { terminal } = context
  const book = await IdentityBook.open(context)
  const name = args.position('name')
  if (name === undefined) {
    const lines = book.entries.map((entry) => `${entry.name.padEnd(16)} ${entry.did}`)
    terminal.print(
      book.entries,
      lines.length > 0 ? lines : ['There is no identity yet: make one with `uport identity create <name>`.'],
    )
    return
  }
  const entry = book.require(name)
  const state = await registryState(entry, context)
  terminal.print({ ...entry, registry: state }, [
    `identity    ${entry.name}`,
    `did         ${entry.did}`,
    `address     ${entry.address}`,
    `key         ${entry.key}`,
    `registered  ${state.registered ? `yes, as ${state.cid}` : 'no'}`,
    ...(state.registered
      ? [
          `key listed  ${state.keyListed ? 'yes' : 'no: everything it signs is refused; register again'}`,
          `profile     ${JSON.stringify(state.profile)}`,
        ]
      : []),
  ])
}

async function publish(
  entry: IdentityEntry,
  keys: KeyStore,
  book: IdentityBook,
  context: Context,
): Promise<void> {
  const { cid, transactionHash, blockNumber } = await publishIdentity(entry, keys, context)
  await book.put({ ...entry, cid })
  const { name, did, key } = entry
  context.terminal.print({ name, did, key, cid, transactionHash, blockNumber }, [
    `did       ${did}`,
    `key       ${key}`,
    `document  ${cid}`,
    `block     ${blockNumber}`,
  ])
}

async function registryState(entry: IdentityEntry, context: Context) {
  const { settings, signal } = context
  try {
    const resolved = await createResolver(settings).resolve(entry.did, { signal, fresh: true })
    const document = parseDidDocument(resolved.document, entry.did)
    const { keys } = await openKeys(context)
    const info = await keys.get(entry.key, { signal })
    const own = info === undefined ? undefined : addressOf(info.publicKey)
    const keyListed = readVerificationKeys(document).some(
      ({ publicKey }) => publicKey !== undefined && addressOf(publicKey) === own,
    )
    return { registered: true, cid: resolved.versionId, keyListed, profile: readProfile(document) } as const
  } catch (error) {
    if (isUportError(error, 'IDENTITY_NOT_REGISTERED')) return { registered: false } as const
    throw error
  }
}

async function freshKeyId({ name }: IdentityEntry, keys: KeyStore): Promise<string> {
  for (let number = 2; number < 1000; number++) {
    const keyId = `${name}-${number}`
    if ((await keys.get(keyId)) === undefined) return keyId
  }
  throw new UsageError(`${name} has had too many keys: delete some.`)
}

function typeOf(text: string | undefined): IdentityEntry['document']['type'] {
  const types: ReadonlyMap<string, IdentityEntry['document']['type']> = new Map(Object.entries(TYPES))
  return types.get(text ?? 'person') ?? 'Person'
}
