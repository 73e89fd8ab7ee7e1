import {
  type Ask,
  type ClaimSpec,
  claimSignature,
  disclosure,
  type JsonObject,
  type Outcome,
  personalSign,
  verifiedClaim,
} from '@uport-kit/core'
import type { Arguments } from './arguments.ts'
import { UsageError } from './cli-error.ts'
import { requireNetwork } from './config/settings.ts'
import type { Context } from './context.ts'
import { readJsonObject, readText } from './read-input.ts'

type Maker = (args: Arguments, context: Context) => Promise<Ask<Outcome>>

/** What can be asked of a wallet. */
const MAKERS: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['disclosure', askDisclosure],
  ['personal-sign', askPersonalSign],
  ['typed-data', askTypedData],
  ['transaction', askTransaction],
  ['credential', askCredential],
  ['claim-signature', askClaimSignature],
])

/** The request that the options describe. @throws UsageError */
export async function createAsk(args: Arguments, context: Context): Promise<Ask<Outcome>> {
  const make = MAKERS.get(args.requirePosition('kind'))
  if (make === undefined) throw new UsageError(`<kind> is one of ${[...MAKERS.keys()].join(', ')}.`)
  try {
    return await make(args, context)
  } catch (error) {
    // The flows refuse what no wallet could read.
    if (error instanceof TypeError) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

async function askDisclosure(args: Arguments, { settings }: Context): Promise<Ask<Outcome>> {
  const names = args.list('claim')
  const user_info: Record<string, ClaimSpec> = Object.fromEntries(
    names.map((name) => (name.endsWith('!') ? [name.slice(0, -1), { essential: true }] : [name, null])),
  )
  const verifiable = Object.fromEntries(args.list('credential').map((name) => [name, null]))
  const account = args.text('account')
  const accountType =
    account === 'general' || account === 'keypair' || account === 'segregated' ? account : undefined
  return disclosure({
    claims: { user_info, verifiable },
    ...(accountType !== undefined && { accountType, network: requireNetwork(settings).id }),
  })
}

async function askPersonalSign(args: Arguments, context: Context): Promise<Ask<Outcome>> {
  const data = await readText(args.requireText('message'), context)
  return personalSign({ data, from: args.text('from') })
}

async function askTypedData(args: Arguments, context: Context): Promise<Ask<Outcome>> {
  const { typedData } = await import('@uport-kit/core/ethereum')
  const content = (await readJsonObject(args.requireText('file'), context)) as JsonObject
  const { types, primaryType, domain, message } = content
  if (![types, domain, message].every(isObject) || typeof primaryType !== 'string') {
    throw new UsageError('Typed data (EIP-712) has types, primaryType, domain and message.')
  }
  return typedData({ typedData: content as never, from: args.text('from') })
}

async function askTransaction(args: Arguments, { settings }: Context): Promise<Ask<Outcome>> {
  const { transaction } = await import('@uport-kit/core/ethereum')
  const { id, rpcUrl, manager } = requireNetwork(settings)
  const carriers = manager === undefined ? [] : [await contractCalls(id, manager)]
  const flow = transaction({ networks: { [id]: { rpc: rpcUrl } }, carriers })
  const wei = args.text('value')
  if (wei !== undefined && !/^\d{1,30}$/.test(wei))
    throw new UsageError('--value takes wei as a whole number.')
  return flow({
    network: id,
    to: args.text('to'),
    value: wei === undefined ? undefined : BigInt(wei),
    data: args.text('data'),
    from: args.text('from'),
    label: args.text('label'),
  })
}

/** Lets contract identities answer, whose transactions go to their manager. */
async function contractCalls(id: string, address: string) {
  const { proxyCallReader } = await import('@uport-kit/account-contract')
  return proxyCallReader({ [id]: { managers: [{ kind: 'identity', address }] } })
}

async function askCredential(args: Arguments, context: Context): Promise<Ask<Outcome>> {
  const claim = (await readJsonObject(args.requireText('file'), context)) as JsonObject
  return verifiedClaim({ sub: args.requireText('sub'), claim })
}

async function askClaimSignature(args: Arguments, context: Context): Promise<Ask<Outcome>> {
  const claim = (await readJsonObject(args.requireText('file'), context)) as JsonObject
  return claimSignature({ sub: args.requireText('sub'), claim })
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
