import { PostReplySender, RelayRequestFetcher } from '@uport-kit/channel-relay'
import {
  type Clock,
  type DidResolver,
  type Identity,
  type JsonObject,
  memoryWalletStore,
  type Options,
  type ReplySender,
  type RequestFetcher,
  type SafeFetch,
  type WalletStore,
} from '@uport-kit/core'
import { decodeQr, rasterizeTerminal } from '@uport-kit/transport-qr'
import { Wallet } from '../wallet.ts'
import type { WalletOutcome } from '../wallet-outcome.ts'
import type { WalletParts } from '../wallet-parts.ts'
import { type Script, ScriptedPrompt } from './scripted-prompt.ts'
import { createTestIdentity, resolverOf, type TestIdentity } from './test-identity.ts'

/** What a test wallet is made of: either an identity that others can resolve, or a seed. */
export type TestWalletOptions = {
  /** Knows the requesters; and the wallet's own identity, where `identity` is given. */
  readonly resolver: DidResolver
  /** Posts replies and fetches references. Without it, give `senders`. */
  readonly safeFetch?: SafeFetch | undefined
  readonly senders?: readonly ReplySender[] | undefined
  readonly fetchers?: readonly RequestFetcher[] | undefined
  /** Default `approve`. */
  readonly script?: Script | undefined
  /** Own claims that are told where they are asked for. */
  readonly claims?: JsonObject | undefined
  /** Default: in memory. */
  readonly store?: WalletStore | undefined
  readonly clock?: Clock | undefined
  /** Anything else that a wallet takes. */
  readonly parts?: Partial<WalletParts> | undefined
} & (
  | { readonly identity: Identity; readonly seed?: undefined }
  | { readonly seed: string; readonly identity?: undefined }
)

/** A wallet that a script answers for. */
export interface TestWallet {
  readonly wallet: Wallet
  readonly identity: Identity
  /** What the script was asked; its `script` may be changed at any time. */
  readonly prompt: ScriptedPrompt
  /** Knows the wallet's own identity, also where it was made from a seed: give it to the requester under test. */
  readonly resolver: DidResolver
  /** Answers a request given as text: a URI, a reference or a JWT. */
  answer(text: string, options?: Options): Promise<WalletOutcome>
  /** Answers the request whose QR code a terminal shows. @throws Error where the text shows no readable code */
  answerTerminal(terminalText: string, options?: Options): Promise<WalletOutcome>
}

/**
 * Makes a wallet for other people's tests: all of it is real but the person.
 *
 * ```ts
 * const user = await createTestWallet({ seed: 'ada', resolver, safeFetch, claims: { name: 'Ada' } })
 * await user.answerTerminal(screen)
 * ```
 *
 * @throws TypeError without a way to answer
 */
export async function createTestWallet(options: TestWalletOptions): Promise<TestWallet> {
  const made = options.seed === undefined ? undefined : await createTestIdentity(options.seed)
  const identity = options.identity ?? requireMade(made).identity
  const resolver = resolverOf(made === undefined ? [] : [made], options.resolver)
  const prompt = new ScriptedPrompt(options.script ?? 'approve')
  const wallet = new Wallet({
    keys: identity.keys,
    boxKeys: identity.boxKeys,
    resolver,
    prompt,
    store: options.store ?? memoryWalletStore(),
    clock: options.clock,
    safeFetch: options.safeFetch,
    ...roads(options),
    ...options.parts,
  })
  const { did, keyId } = identity
  await wallet.identities.add({ did, keyId, claims: options.claims })
  const answer: TestWallet['answer'] = async (text, call) => {
    const [outcome] = await wallet.handle(text, call)
    if (outcome === undefined) throw new Error('the text holds no request')
    return outcome
  }
  return {
    wallet,
    identity,
    prompt,
    resolver,
    answer,
    async answerTerminal(terminalText, call) {
      const text = decodeQr(rasterizeTerminal(terminalText))
      if (text === undefined) throw new Error('the terminal shows no readable code')
      const [outcome] = await wallet.handle({ text, arrival: 'scan', acknowledge: async () => {} }, call)
      if (outcome === undefined) throw new Error('the code holds no request')
      return outcome
    },
  }
}

function roads({
  safeFetch,
  senders,
  fetchers,
}: TestWalletOptions): Pick<WalletParts, 'senders' | 'fetchers'> {
  if (safeFetch === undefined) {
    if (senders === undefined) throw new TypeError('createTestWallet: give safeFetch, or senders of your own')
    return { senders, fetchers: fetchers ?? [] }
  }
  return {
    senders: senders ?? [new PostReplySender({ safeFetch })],
    fetchers: fetchers ?? [new RelayRequestFetcher({ safeFetch })],
  }
}

function requireMade(made: TestIdentity | undefined): TestIdentity {
  if (made === undefined) throw new TypeError('createTestWallet: give a seed or an identity')
  return made
}
