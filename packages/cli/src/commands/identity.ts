import {
  addressOf,
  didFromMnid,
  encodeMnid,
  foldDid,
  isUportError,
  type KeyStore,
  mnidFromDid,
  networkToHex,
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
import {
  accountOf,
  addOwner,
  createContractIdentity,
  requireManager,
} from '../identities/contract-identity.ts'
import { IdentityBook, type IdentityEntry } from '../identities/identity-book.ts'
import { publishIdentity } from '../identities/publish-identity.ts'
import { type OpenKeys, openKeys } from '../keys/open-keys.ts'

const TYPES = { person: 'Person', app: 'App', organization: 'Organization' } as const

/** Makes an identity: a key's account, or with `--contract` a contract that a key owns. */
export async function create(args: Arguments, context: Context): Promise<undefined> {
  const { settings } = context
  const name = args.requirePosition('name')
  const book = await IdentityBook.open(context)
  book.checkNew(name)
  const network = settings.network ?? requireNetwork(settings).id
  const opened = await openKeys(context)
  const account = args.flag('contract')
    ? await createContract(args, network, opened, context)
    : await createKeyPair(name, opened, context)
  const { address } = account
  const entry: IdentityEntry = {
    name,
    did: didFromMnid(encodeMnid({ network, address })),
    network,
    key: name,
    ...account,
    document: {
      type: typeOf(args.text('type')),
      name: args.text('public-name'),
      description: args.text('description'),
      url: args.text('url'),
    },
    claims: args.members('claim'),
  }
  await book.put(entry)
  const payer = entry.manager === undefined ? address : `the account of ${entry.accountKey}`
  context.terminal.print(entry, [
    `identity  ${name}`,
    `did       ${entry.did}`,
    `address   ${address}`,
    '',
    `Nobody can resolve it yet. See that ${payer} has a little Ether on ${network} (a devnet gives it: uport fund ${name}), then: uport identity register ${name}`,
  ])
}

type CreatedAccount = Pick<IdentityEntry, 'address' | 'accountKey' | 'manager'>

async function createKeyPair(
  name: string,
  { keys, passphrases }: OpenKeys,
  context: Context,
): Promise<CreatedAccount> {
  await passphrases.forNewKey()
  const { publicKey } = await keys.create({ keyId: name, signal: context.signal })
  return { address: addressOf(publicKey), accountKey: name }
}

async function createContract(
  args: Arguments,
  network: string,
  { keys, passphrases }: OpenKeys,
  context: Context,
): Promise<CreatedAccount> {
  const keyId = args.requireText('key')
  const recovery = args.requireText('recovery')
  if (!/^0x[0-9a-fA-F]{40}$/.test(recovery)) throw new UsageError('--recovery takes an address of yours.')
  const manager = requireManager(args.text('manager') ?? context.settings.networks[network]?.manager)
  const name = args.requirePosition('name')
  if ((await keys.get(name)) !== undefined) {
    throw new UsageError('A key of that name is there already: choose another name for the identity.')
  }
  const payer = await accountOf(keyId, keys, context)
  await requireApproval(
    `Create a contract identity on ${network}? ${payer} pays the fee of a transaction.`,
    args,
    context,
  )
  await passphrases.get()
  // A contract signs nothing: what its identity says is signed by a key of its own.
  await keys.create({ keyId: name, signal: context.signal })
  try {
    const address = await createContractIdentity({ network, manager, keyId, recovery }, keys, context)
    return { address, accountKey: keyId, manager }
  } catch (error) {
    await keys.delete(name)
    throw error
  }
}

/** On a new device: the recovery key makes a new key an owner of the identity. */
export async function recover(args: Arguments, context: Context): Promise<undefined> {
  const { settings, terminal, signal } = context
  const name = args.requirePosition('name')
  const book = await IdentityBook.open(context)
  const known = book.find(name)
  if (known === undefined) book.checkNew(name)
  const did = known?.did ?? foldDid(args.requireText('did'))
  if (!did.startsWith('did:uport:')) throw new UsageError('--did takes the did:uport of a contract identity.')
  const mnid = mnidFromDid(did)
  const network = networkToHex(mnid.network)
  const configured = args.text('manager') ?? known?.manager ?? settings.networks[network]?.manager
  const manager = requireManager(configured)
  const { keys, passphrases } = await openKeys(context)
  const recoveryKey = args.requireText('recovery-key')
  const accountKey = args.requireText('key')
  await accountOf(recoveryKey, keys, context)
  const newOwner = await accountOf(accountKey, keys, context)
  await requireApproval(`Make ${newOwner} an owner of ${did}? The recovery key pays the fee.`, args, context)
  await passphrases.get()
  const place = { network, address: mnid.address, manager }
  const { transactionHash, blockNumber } = await addOwner(place, { recoveryKey, newOwner }, keys, context)
  const key = known === undefined ? await freshKeyId({ name }, keys) : await freshKeyId(known, keys)
  await keys.create({ keyId: key, signal })
  const base = known ?? { name, did, document: { type: 'Person' as const }, claims: args.members('claim') }
  const entry: IdentityEntry = { ...base, ...place, accountKey, key, cid: undefined }
  await book.put(entry)
  terminal.print({ ...entry, transactionHash, blockNumber }, [
    `did     ${did}`,
    `owner   ${newOwner}, by the recovery key`,
    `block   ${blockNumber}`,
    '',
    `It may act after the manager's waiting time (an hour on the originals). Give its account a little Ether, then: uport identity register ${name}`,
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

async function freshKeyId({ name }: Pick<IdentityEntry, 'name'>, keys: KeyStore): Promise<string> {
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
