import {
  type IncomingRequest,
  type JsonObject,
  memoryWalletStore,
  type ReplyBody,
  type ReplySender,
  signJwt,
  UportError,
  type WalletStore,
} from '@uport-kit/core'
import { createWorld, type World } from '../../core/test-support/exchange-world.ts'
import type { Party } from '../../core/test-support/parties.ts'
import { type Script, ScriptedPrompt } from '../src/testing/scripted-prompt.ts'
import { Wallet } from '../src/wallet.ts'
import type { WalletParts } from '../src/wallet-parts.ts'

/** A sender that posts into the world's channel, unless the network is down. */
export class WorldSender implements ReplySender {
  readonly mode = 'post'
  readonly sent: { readonly target: string; readonly body: ReplyBody }[] = []
  /** What it fails with, while it is set. */
  failure: unknown
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  async send(target: URL, body: ReplyBody): Promise<void> {
    if (this.failure !== undefined) throw this.failure
    this.sent.push({ target: target.href, body })
    this.#world.channel.post(target.href, body)
  }
}

export function networkDown(retryable = true): UportError {
  return new UportError('REPLY_NOT_DELIVERED', 'down', { data: { host: 'local.example' }, retryable })
}

/** An app and the user's wallet in one process; all of it is real but the person and the network between. */
export interface WalletWorld {
  readonly world: World
  readonly store: WalletStore
  readonly sender: WorldSender
  readonly prompt: ScriptedPrompt
  readonly wallet: Wallet
  /** The same wallet after its process died: nothing but the store is left. */
  restart(changes?: Partial<WalletParts>): Wallet
  /** A request of the app, signed with these members changed; `null` leaves a member out. */
  request(changes?: JsonObject, by?: Party): Promise<string>
}

export async function createWalletWorld(
  script: Script = 'approve',
  changes: Partial<WalletParts> = {},
  profile?: JsonObject,
): Promise<WalletWorld> {
  const world = await createWorld()
  if (profile !== undefined) {
    world.resolver.set(world.app.did, { ...world.app.document, uportProfile: profile })
  }
  const store = memoryWalletStore()
  const sender = new WorldSender(world)
  const prompt = new ScriptedPrompt(script)
  const { keys, boxKeys } = world.user.identity
  const restart = (more: Partial<WalletParts> = {}): Wallet =>
    new Wallet({
      prompt,
      store,
      keys,
      boxKeys,
      resolver: world.resolver,
      senders: [sender],
      clock: world.clock,
      ...changes,
      ...more,
    })
  const wallet = restart()
  const { did, keyId } = world.user.identity
  await wallet.identities.add({ did, keyId, label: 'me', claims: { name: 'Ada', email: 'ada@example.com' } })
  let count = 0
  const request: WalletWorld['request'] = async (members = {}, by = world.app) => {
    const { callback } = await world.channel.open({ id: `request-${count++}` })
    const claims = {
      type: 'shareReq',
      callback,
      iat: world.clock.now(),
      exp: world.clock.now() + 120,
      claims: { user_info: { name: null } },
      ...members,
    }
    const kept = Object.entries(claims).filter(([, value]) => value !== null)
    return signJwt(Object.fromEntries(kept), by.identity, { now: world.clock.now() })
  }
  return { world, store, sender, prompt, wallet, restart, request }
}

/** A request as an intake hands it over; `acknowledged` counts. */
export function incoming(
  text: string,
  onAcknowledge: () => void | Promise<void> = () => {},
): IncomingRequest & { acknowledged: number } {
  const request = {
    arrival: 'scan' as const,
    text,
    acknowledged: 0,
    async acknowledge() {
      await onAcknowledge()
      request.acknowledged++
    },
  }
  return request
}

/** The code of the error a promise rejects with; `resolved` where it does not. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolved',
    (error: unknown) =>
      error instanceof Error && 'code' in error && typeof error.code === 'string'
        ? error.code
        : String(error),
  )
}
