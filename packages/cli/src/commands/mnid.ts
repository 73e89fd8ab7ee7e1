import {
  didFromMnid,
  encodeMnid,
  fromCaip2,
  isMnid,
  mnidToCaip10,
  networkToHex,
  parseMnid,
} from '@uport-kit/core'
import type { Arguments } from '../arguments.ts'
import { UsageError } from '../cli-error.ts'
import type { Context } from '../context.ts'

const ADDRESS = /^0x[0-9a-fA-F]{40}$/
const CAIP10 = /^(eip155:\d{1,32}):(0x[0-9a-fA-F]{40})$/

/** Shows an account in all its spellings. */
export async function run(args: Arguments, { terminal, settings }: Context): Promise<undefined> {
  const mnid = toMnid(args.requirePosition('account'), settings.network)
  const { network, address } = parseMnid(mnid)
  const caip10 = mnidToCaip10(mnid)
  const value = { mnid, did: didFromMnid(mnid), network: networkToHex(network), address, caip10 }
  terminal.print(value, [
    `mnid     ${mnid}`,
    `did      ${value.did}`,
    `network  ${value.network}`,
    `address  ${address}`,
    ...(caip10 === undefined ? [] : [`caip-10  ${caip10}`]),
  ])
}

function toMnid(account: string, network: string | undefined): string {
  if (account.startsWith('did:uport:')) return checked(account.slice('did:uport:'.length))
  const [, chain, named] = CAIP10.exec(account) ?? []
  if (chain !== undefined && named !== undefined) {
    return encodeMnid({ network: fromCaip2(chain), address: named })
  }
  if (!ADDRESS.test(account)) return checked(account)
  if (network === undefined) throw new UsageError('Say on which chain the address is: --network 0x..')
  return encodeMnid({ network, address: account })
}

/** The reason why it is none, where it is none. */
function checked(text: string): string {
  if (!isMnid(text)) parseMnid(text)
  return text
}
