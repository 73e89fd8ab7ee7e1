import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PostReplySender, RelayClient, RelayRequestFetcher } from '@uport-kit/channel-relay'
import {
  disclosure,
  type Exchange,
  isUportError,
  MemoryKeyStore,
  memoryRequestStore,
  type Outcome,
  Requester,
  systemClock,
  verifiedClaim,
} from '@uport-kit/core'
import { httpRpc, transaction } from '@uport-kit/core/ethereum'
import { FileWalletStore } from '@uport-kit/store-file'
import { QrTransport, terminalRenderer } from '@uport-kit/transport-qr'
import { defaultScreens, Wallet, type WalletParts } from '@uport-kit/wallet'
import { ethereumScreens, openKeyPairAccounts } from '@uport-kit/wallet/ethereum'
import { createTestWallet, ScriptedPrompt } from '@uport-kit/wallet/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DevnetWorld, type Registered, startDevnetWorld } from '../support/devnet-world.ts'

const ASK = { claims: { user_info: { name: { essential: true }, email: null } } } as const

let world: DevnetWorld
let app: Registered
let user: Registered
let relay: RelayClient
let directory: string

beforeAll(async () => {
  world = await startDevnetWorld()
  ;[app, user] = (await Promise.all(['app', 'user'].map((name) => world.register(name)))) as [
    Registered,
    Registered,
  ]
  relay = new RelayClient({ url: world.devnet.relayUrl })
  directory = await mkdtemp(join(tmpdir(), 'uport-wallet-e2e-'))
})
afterAll(async () => {
  await relay[Symbol.asyncDispose]()
  await world.close()
  await rm(directory, { recursive: true, force: true })
})

function requester(changes: Partial<ConstructorParameters<typeof Requester>[0]> = {}): Requester {
  return new Requester({
    identity: app.identity,
    resolver: world.resolver(),
    requests: memoryRequestStore({ clock: systemClock() }),
    replyChannels: [relay],
    ...changes,
  })
}

/** The user's wallet over the files of `name`: opened again, it is the wallet after a restart. */
async function openWallet(name: string, prompt: ScriptedPrompt, changes: Partial<WalletParts> = {}) {
  const { did, keyId } = user.identity
  const { safeFetch } = world
  const wallet = new Wallet({
    prompt,
    store: new FileWalletStore({ directory: join(directory, name) }),
    keys: user.keys,
    boxKeys: user.identity.boxKeys,
    resolver: world.resolver(),
    safeFetch,
    senders: [new PostReplySender({ safeFetch })],
    fetchers: [new RelayRequestFetcher({ safeFetch })],
    ...changes,
  })
  await wallet.identities.add({ did, keyId, claims: { name: 'Ada' } })
  return wallet
}

async function code(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'taken',
    (error: unknown) => (isUportError(error) ? error.code : String(error)),
  )
}

/** Ends an exchange that a test leaves open. */
async function cancel(exchange: Exchange<Outcome>): Promise<void> {
  exchange.result.catch(() => undefined)
  await exchange[Symbol.asyncDispose]()
}

describe('a wallet over chain, IPFS and relay', () => {
  it('scans a terminal, asks, answers; and refuses to answer again', async () => {
    let terminal = ''
    const render = terminalRenderer({
      columns: 200,
      write: (text) => {
        terminal += text
      },
    })
    const qr = new QrTransport({ render, publisher: relay })
    const asking = requester({ transports: [qr] })
    const exchange = await asking.start(disclosure, ASK)
    await exchange.deliver('qr')
    const scanned = await createTestWallet({
      identity: user.identity,
      resolver: world.resolver(),
      safeFetch: world.safeFetch,
      claims: { name: 'Ada' },
    })
    expect(await scanned.answerTerminal(terminal)).toMatchObject({ decision: 'approved', delivered: true })
    expect(await exchange.result).toMatchObject({
      did: user.identity.did,
      own: { name: 'Ada' },
      sealed: true,
    })
    const { prompt, wallet } = scanned
    expect(prompt.last).toMatchObject({
      requester: { did: app.identity.did, name: { text: 'app' } },
      recipient: { trust: 'claimed', origin: new URL(world.devnet.relayUrl).origin },
      arrival: 'scan',
      pinned: true,
      sealed: true,
    })
    expect(await code(wallet.handle(exchange.request.uri()))).toBe('REQUEST_ALREADY_ANSWERED')
    expect(prompt.screens).toHaveLength(1)
  })

  it('restarts between scanning and answering, and again between deciding and delivering', async () => {
    const exchange = await requester().start(disclosure, ASK)
    const first = await openWallet('restart', new ScriptedPrompt('decline'))
    await first.receive(exchange.request.uri())

    const prompt = new ScriptedPrompt('approve')
    const offline = { mode: 'post', send: () => Promise.reject(new Error('the process died here')) } as const
    const second = await openWallet('restart', prompt, { senders: [offline] })
    const [waiting] = await second.pending.list()
    expect(await second.answer(waiting?.id ?? '')).toMatchObject({ decision: 'approved', delivered: false })

    const third = await openWallet('restart', prompt)
    expect(await code(third.handle(exchange.request.uri()))).toBe('REQUEST_ALREADY_ANSWERED')
    const stop = new AbortController()
    const running = third.run({ signal: stop.signal })
    expect(await exchange.result).toMatchObject({ did: user.identity.did, own: { name: 'Ada' } })
    stop.abort()
    await running
    expect(prompt.screens).toHaveLength(1)
    expect(await third.deliver()).toBe(0)
  })

  it('keeps a credential after consent, and shows it to who asks', async () => {
    const prompt = new ScriptedPrompt('decline')
    const wallet = await openWallet('credentials', prompt)
    const offer = await requester().start(verifiedClaim, {
      sub: user.identity.did,
      claim: { unwanted: true },
    })
    await wallet.handle(offer.request.uri())
    expect(await code(offer.result)).toBe('REQUEST_REFUSED')
    expect(await wallet.credentials.list()).toEqual([])

    prompt.script = 'approve'
    const again = await requester().start(verifiedClaim, { sub: user.identity.did, claim: { member: true } })
    await wallet.handle(again.request.uri())
    await again.result
    const asked = await requester().start(disclosure, {
      claims: { verifiable: { member: { essential: true, iss: [{ did: app.identity.did }] } } },
    })
    await wallet.handle(asked.request.uri())
    expect(await asked.result).toMatchObject({
      verified: [{ issuer: app.identity.did, claim: { member: true } }],
    })
  })

  it('sends a transaction with an account made for this app alone', async () => {
    const { rpcUrl, networkId, chainId } = world.devnet
    const accountKeys = new MemoryKeyStore()
    const prompt = new ScriptedPrompt('approve')
    const wallet = await openWallet('transaction', prompt, {
      accountKeys,
      networks: [{ id: networkId, rpcUrl }],
      screens: [...defaultScreens, ...ethereumScreens],
      openAccount: openKeyPairAccounts({ keys: accountKeys }),
    })
    const login = await requester().start(disclosure, { accountType: 'keypair', network: chainId })
    await wallet.handle(login.request.uri())
    const [account] = await wallet.accounts.list()
    expect(await login.result).toMatchObject({ account: { mnid: account?.mnid } })
    await world.devnet.fund(account?.address ?? '')

    const to = `0x${'12'.repeat(20)}`
    const flow = transaction({ networks: { [networkId]: { rpc: httpRpc(rpcUrl) } } })
    const payment = await requester().start(flow, { to, value: 7n, network: chainId })
    await wallet.handle(payment.request.uri())
    expect(prompt.last.details).toMatchObject({
      kind: 'transaction',
      to,
      value: 7n,
      account: account?.address,
    })
    expect(await payment.result).toBeDefined()
  })

  it('shows nothing of a request whose signer left its document', async () => {
    const prompt = new ScriptedPrompt('approve')
    const wallet = await openWallet('rotated', prompt)
    const former = await world.register('former')
    const exchange = await requester({ identity: former.identity }).start(disclosure, ASK)
    await world.rotate(former, 'next')
    expect(await code(wallet.handle(exchange.request.uri()))).toBe('JWT_SIGNATURE_INVALID')
    expect(prompt.screens).toEqual([])
    await cancel(exchange)
  })
})
