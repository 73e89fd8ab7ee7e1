import { isUportError } from '@uport-kit/core'
import type { Arguments } from '../arguments.ts'
import { CliError, UsageError } from '../cli-error.ts'
import { requireNetwork } from '../config/settings.ts'
import type { Context } from '../context.ts'
import { accountOf } from '../identities/contract-identity.ts'
import { IdentityBook } from '../identities/identity-book.ts'
import { openKeys } from '../keys/open-keys.ts'

const ONE_ETHER = '0xde0b6b3a7640000'

/** Gives an account Ether on a development chain, from the accounts that its node signs for by itself. */
export async function run(args: Arguments, context: Context): Promise<undefined> {
  const { settings, terminal, signal } = context
  const network = requireNetwork(settings)
  // A node elsewhere may hold accounts of somebody: what is spent here must be worth nothing.
  if (!isLoopback(network.rpcUrl)) {
    throw new UsageError(
      `The chain ${network.id} is not on this machine: send the account Ether from your wallet.`,
    )
  }
  const to = await payerOf(args.requirePosition('account'), context)
  const { httpRpc } = await import('@uport-kit/core/ethereum')
  const rpc = httpRpc(network.rpcUrl)
  const accounts = await rpc.request({ method: 'eth_accounts' }, { signal }).catch((error: unknown) => {
    if (isUportError(error)) throw error
    return []
  })
  const from: unknown = Array.isArray(accounts) ? accounts[0] : undefined
  if (typeof from !== 'string') {
    throw new CliError(
      `The node of ${network.id} has no accounts of its own: this is for \`uport devnet\`. Send Ether from a wallet.`,
    )
  }
  const transfer = { from, to, value: ONE_ETHER }
  const transactionHash = await rpc.request({ method: 'eth_sendTransaction', params: [transfer] }, { signal })
  terminal.print({ address: to, value: BigInt(ONE_ETHER), network: network.id, transactionHash }, [
    `${to} was sent 1 Ether on ${network.id}`,
  ])
}

/** The account that pays for what is meant: of an identity, of a key, or the address itself. */
async function payerOf(word: string, context: Context): Promise<string> {
  if (/^0x[0-9a-fA-F]{40}$/.test(word)) return word
  const identity = (await IdentityBook.open(context)).find(word)
  const { keys } = await openKeys(context)
  return accountOf(identity?.accountKey ?? word, keys, context)
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url)
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}
