import { type Identity, isUportError, memoryBoxKeys, verifyIdentity } from '@uport-kit/core'
import { type Devnet, startDevnet } from '@uport-kit/devnet'
import { UportResolver } from '@uport-kit/resolver-uport'
import type { TerminalStream } from '@uport-kit/transport-qr'
import { type OpenedKey, openKey, publishAndRegister, type RegisteredIdentity } from './identities.ts'
import type { KeyFiles } from './key-place.ts'
import { login } from './login.ts'
import type { Timeline } from './timeline.ts'
import { scanAndAnswer } from './wallet.ts'

export interface QuickstartSetup {
  readonly keyFiles: KeyFiles
  readonly terminal: TerminalStream
  readonly timeline: Timeline
  /** Asks the person at the wallet. */
  readonly confirm: (question: string) => Promise<boolean>
}

/** Passes everything on to the terminal and keeps it: the wallet sees what the terminal shows, and nothing else. */
class WatchedTerminal implements TerminalStream {
  readonly columns: number | undefined
  readonly #terminal: TerminalStream
  #text = ''
  #written: () => void = () => {}
  readonly written: Promise<void>

  constructor(terminal: TerminalStream) {
    this.#terminal = terminal
    this.columns = terminal.columns
    this.written = new Promise((resolve) => {
      this.#written = resolve
    })
  }

  get text(): string {
    return this.#text
  }

  write(text: string): void {
    this.#terminal.write(text)
    this.#text += text
    this.#written()
  }
}

/**
 * One login, all of it real but the phone. The devnet goes on when it returns.
 *
 * @returns whether the app knows its user now
 */
export async function runQuickstart(
  setup: QuickstartSetup,
): Promise<{ readonly devnet: Devnet; readonly loggedIn: boolean }> {
  const { timeline, keyFiles } = setup
  const starting = startDevnet()
  const opening = openBoth(keyFiles)
  const [started, opened] = await Promise.allSettled([starting, opening])
  if (started.status === 'rejected') throw started.reason
  const devnet = started.value
  try {
    if (opened.status === 'rejected') throw opened.reason
    timeline.step('devnet', `chain ${devnet.rpcUrl}, registry ${devnet.registry}`)
    timeline.note(`IPFS ${devnet.gatewayUrl}, relay ${devnet.relayUrl}`)
    return { devnet, loggedIn: await logIn(devnet, opened.value, setup) }
  } catch (error) {
    await devnet.stop()
    throw error
  }
}

/** The keys of the app and of the person, from wherever `keys.ts` says. */
export function openBoth(files: KeyFiles): Promise<[OpenedKey, OpenedKey]> {
  return Promise.all([openKey('app', files), openKey('user', files)])
}

/** Registers both and logs the person in. Resolves with whether the app knows its user now. */
export async function logIn(
  devnet: Devnet,
  [appKey, userKey]: [OpenedKey, OpenedKey],
  setup: Omit<QuickstartSetup, 'keyFiles'>,
): Promise<boolean> {
  const { timeline, confirm } = setup
  const [app, user] = await Promise.all([
    publishAndRegister(appKey, { type: 'App', name: 'Quickstart app' }, devnet),
    publishAndRegister(userKey, { type: 'Person', name: 'Ada' }, devnet),
  ])
  for (const [name, key, identity] of [
    ['app', appKey, app],
    ['user', userKey, user],
  ] as const) {
    timeline.step(name, `${identity.did} (${key.isNew ? 'new key' : 'key of an earlier run'})`)
    timeline.note(`document ${identity.cid}`)
    timeline.note(`registered by transaction ${identity.transactionHash}`)
  }

  const networks = { [devnet.networkId]: { rpcUrls: [devnet.rpcUrl], registry: devnet.registry } }
  const gateways = [devnet.gatewayUrl]
  const resolver = new UportResolver({ networks, gateways })
  const identityOf = (key: OpenedKey, { did }: RegisteredIdentity): Identity => ({
    did,
    keyId: key.keyId,
    keys: key.keys,
    boxKeys: memoryBoxKeys(),
  })
  await verifyIdentity(identityOf(appKey, app), resolver)
  const terminal = new WatchedTerminal(setup.terminal)
  timeline.step('app', 'asks who you are; scan this with a uPort wallet:')
  const { did } = app
  const identity = { did, keyId: appKey.keyId }
  const answer = login({
    identity,
    keys: appKey.keys,
    networks,
    gateways,
    relayUrl: devnet.relayUrl,
    terminal,
  })
  answer.catch(() => {})
  await Promise.race([terminal.written, answer])
  timeline.step('app', 'request is signed and on the screen')

  const agreed = await scanAndAnswer(terminal.text, {
    identity: identityOf(userKey, user),
    resolver,
    relayUrl: devnet.relayUrl,
    confirm,
    log: (text) => timeline.step('wallet', text),
  })
  timeline.step('wallet', agreed ? 'answered through the relay' : 'declined through the relay')

  try {
    const who = await answer
    timeline.step('app', `verified through chain and IPFS: ${who.did}`)
    timeline.note(`document ${user.cid}`)
    timeline.note(`tells: ${JSON.stringify(who.own)}`)
    timeline.note(`publishes: ${JSON.stringify(who.profile)}`)
    timeline.note(`sealed: ${who.sealed}, bound by: ${who.bound}`)
    return true
  } catch (error) {
    if (!isUportError(error, 'REQUEST_REFUSED')) throw error
    timeline.step('app', `refused: ${error.code} (${error.data.error}). Nobody is logged in.`)
    return false
  }
}
