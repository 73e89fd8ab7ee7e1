import { addressOf, encodeHex, type PublicKeyInfo } from '@uport-kit/core'
import { requireApproval } from '../approval.ts'
import type { Arguments } from '../arguments.ts'
import { UsageError } from '../cli-error.ts'
import type { Context } from '../context.ts'
import { IdentityBook } from '../identities/identity-book.ts'
import { openKeys } from '../keys/open-keys.ts'
import { readFileText } from '../read-input.ts'

export async function list(_: Arguments, context: Context): Promise<undefined> {
  const { keys } = await openKeys(context)
  const all = []
  for await (const info of keys.list({ signal: context.signal })) all.push(describe(info))
  const lines = all.map(({ keyId, address }) => `${keyId.padEnd(24)} ${address}`)
  context.terminal.print(all, lines.length > 0 ? lines : ['There are no keys yet: `uport keys create`.'])
}

export async function create(args: Arguments, context: Context): Promise<undefined> {
  const { keys, passphrases } = await openKeys(context)
  await passphrases.forNewKey()
  show(await keys.create({ keyId: args.position('id'), signal: context.signal }), context)
}

export async function importKey(args: Arguments, context: Context): Promise<undefined> {
  const { keys, passphrases } = await openKeys(context)
  const json = await readFileText(args.requirePosition('file'))
  const source = args.text('file-passphrase-file')
  const own = await passphrases.other('Passphrase of that file', source, false)
  await passphrases.forNewKey()
  show(await keys.importKeystoreJson(json, own, { keyId: args.text('id'), signal: context.signal }), context)
}

export async function exportKey(args: Arguments, context: Context): Promise<undefined> {
  const { keys, passphrases } = await openKeys(context)
  const keyId = args.requirePosition('id')
  const source = args.text('file-passphrase-file')
  const own = await passphrases.other('Passphrase for the exported file', source, true)
  context.terminal.printRaw(await keys.exportKeystoreJson(keyId, own, { signal: context.signal }))
}

export async function remove(args: Arguments, context: Context): Promise<undefined> {
  const { keys } = await openKeys(context)
  const keyId = args.requirePosition('id')
  const book = await IdentityBook.open(context)
  const user = book.entries.find(({ key, accountKey }) => key === keyId || accountKey === keyId)
  if (user !== undefined && !args.flag('force')) {
    throw new UsageError(
      `The identity ${user.name} needs this key, and nothing brings it back: add --force to delete it.`,
    )
  }
  await requireApproval(`Delete the key ${keyId}? Nothing brings it back.`, args, context)
  await keys.delete(keyId, { signal: context.signal })
  context.terminal.print({ deleted: keyId }, [`deleted ${keyId}`])
}

function show(info: PublicKeyInfo, { terminal }: Context): void {
  const value = describe(info)
  terminal.print(value, [`key      ${value.keyId}`, `address  ${value.address}`])
}

function describe({ keyId, publicKey }: PublicKeyInfo) {
  return { keyId, address: addressOf(publicKey), publicKey: `0x${encodeHex(publicKey)}` }
}
