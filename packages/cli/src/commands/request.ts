import { writeFile } from 'node:fs/promises'
import {
  type Ask,
  type Exchange,
  memoryBoxKeys,
  memoryRequestStore,
  type Outcome,
  Requester,
  systemClock,
} from '@uport-kit/core'
import type { SubmittedTransaction } from '@uport-kit/core/ethereum'
import type { Arguments } from '../arguments.ts'
import { requireRelay } from '../config/settings.ts'
import type { Context } from '../context.ts'
import { createResolver } from '../create-resolver.ts'
import { IdentityBook } from '../identities/identity-book.ts'
import { openKeys } from '../keys/open-keys.ts'
import { toJson } from '../output/to-json.ts'
import { createAsk } from '../request-asks.ts'

const DEFAULT_LIFETIME = 120

/** Asks a wallet for something, and prints the verified answer. */
export async function run(args: Arguments, context: Context): Promise<undefined> {
  const { settings, signal, terminal } = context
  const url = requireRelay(settings)
  const identity = (await IdentityBook.open(context)).acting()
  const ask = await createAsk(args, context)
  const [{ keys }, { RelayClient }] = await Promise.all([
    openKeys(context),
    import('@uport-kit/channel-relay'),
  ])
  await using relay = new RelayClient({ url })
  await using requester = new Requester({
    identity: { did: identity.did, keyId: identity.key, keys, boxKeys: memoryBoxKeys() },
    resolver: createResolver(settings),
    requests: memoryRequestStore({ clock: systemClock() }),
    replyChannels: [relay],
    sealing: args.flag('unsealed') ? 'preferred' : undefined,
  })
  const lifetime = args.whole('timeout') ?? DEFAULT_LIFETIME
  const exchange = await requester.start((made: Ask<Outcome>) => made, ask, { lifetime, signal })
  await show(exchange, args, context, relay)
  const outcome = await exchange.result
  const { jwt: _, ...told } = outcome as Outcome & { readonly jwt?: string }
  const confirmed = args.flag('wait') ? await waitForBlock(outcome, context) : {}
  const value = { ...(args.flag('proof') ? outcome : told), ...confirmed }
  terminal.print(value, [JSON.stringify(toJson(value), undefined, 2)])
}

/** Of a transaction, what its block says; of anything else nothing. */
async function waitForBlock(outcome: Outcome, { terminal, signal }: Context): Promise<object> {
  if (!('confirmed' in outcome) || typeof outcome.confirmed !== 'function') return {}
  const { hash, confirmed } = outcome as SubmittedTransaction
  terminal.progress('submitted', `submitted  ${hash}`, { transactionHash: hash })
  const done = await confirmed({ signal })
  terminal.progress('included', `included   in block ${done.blockNumber}`, { blockNumber: done.blockNumber })
  return done
}

/** On the terminal where there is one, in a file where that was asked for, and as a link always. */
async function show(
  exchange: Exchange<Outcome>,
  args: Arguments,
  { terminal }: Context,
  publisher: InstanceType<typeof import('@uport-kit/channel-relay').RelayClient>,
): Promise<void> {
  const { request } = exchange
  const png = args.text('png')
  const isShown = args.flag('qr') || terminal.canAsk
  if (png !== undefined || isShown) {
    const { QrTransport, terminalRenderer, toPng } = await import('@uport-kit/transport-qr')
    const draw = terminalRenderer(terminal.screen)
    const render: ConstructorParameters<typeof QrTransport>[0]['render'] = async (qr, options) => {
      if (png !== undefined) await writeFile(png, toPng(qr))
      return isShown ? draw(qr, options) : undefined
    }
    await exchange.deliver(new QrTransport({ render, publisher }))
  }
  const { expiresAt } = request
  terminal.tell('request', `Open it with a wallet, until ${new Date(expiresAt * 1000).toISOString()}:`, {
    uri: request.uri(),
    expiresAt,
  })
  if (!terminal.json) terminal.tell('uri', request.uri())
}
