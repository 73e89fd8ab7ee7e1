import { PostReplySender, RelayClient } from '@uport-kit/channel-relay'
import {
  decodeJwt,
  disclosure,
  isUportError,
  ManualClock,
  memoryRequestStore,
  memoryWalletStore,
  type PushGrant,
  Requester,
  sealBox,
  systemClock,
} from '@uport-kit/core'
import { createSafeFetch } from '@uport-kit/fetch-node'
import { memoryTopicStore, type RelayServer, startRelayServer } from '@uport-kit/relay-server'
import { PushGrants, PushInbox, pushTransport } from '@uport-kit/transport-push'
import {
  type ConsentDecision,
  type ConsentScreen,
  createDisclosureScreen,
  defaultScreens,
  disclosureScreen,
  Wallet,
} from '@uport-kit/wallet'
import { ScriptedPrompt } from '@uport-kit/wallet/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ShownTransport } from '../packages/core/test-support/exchange-world.ts'
import { createParty, type Party, PartyResolver } from '../packages/core/test-support/parties.ts'

const ASK = { claims: { user_info: { name: { essential: true } } } } as const
const ASK_PUSH = { ...ASK, permissions: ['notifications'] } as const

let app: Party
let other: Party
let user: Party
let resolver: PartyResolver
let relay: RelayServer
let channel: RelayClient

beforeAll(async () => {
  ;[app, other, user] = await Promise.all([createParty('app'), createParty('other'), createParty('user')])
  resolver = new PartyResolver([app, other, user])
  relay = await startRelayServer({ store: memoryTopicStore(), push: { resolver } })
  channel = new RelayClient({ url: relay.url })
})
afterAll(async () => {
  await channel[Symbol.asyncDispose]()
  await relay.close()
})

const safeFetch = () => createSafeFetch({ allowOrigins: [relay.url] })
const pushing = (party = app, deadline = 20) =>
  pushTransport({ identity: party.identity, safeFetch: safeFetch(), deadline })

function requester(party = app, screen = new ShownTransport('qr')): Requester {
  return new Requester({
    identity: party.identity,
    resolver,
    requests: memoryRequestStore({ clock: systemClock() }),
    replyChannels: [channel],
    transports: [screen],
  })
}

const approveAll = ({ details }: ConsentScreen): ConsentDecision => ({
  decision: 'approve',
  push: details.kind === 'disclosure' && details.push === true,
})

/** A wallet that gives leave to push to whoever asks, unless its script says otherwise. */
async function createWallet(prompt = new ScriptedPrompt(approveAll)) {
  const store = memoryWalletStore()
  const grants = new PushGrants({
    url: relay.url,
    store,
    identity: (did, options) => wallet.identities.open(did, options),
  })
  const { did, keyId, keys, boxKeys } = user.identity
  const wallet: Wallet = new Wallet({
    prompt,
    store,
    keys,
    boxKeys,
    resolver,
    senders: [new PostReplySender({ safeFetch: safeFetch() })],
    intakes: [new PushInbox({ grants, wait: 2, retry: 0.2 })],
    screens: [
      createDisclosureScreen({ pushGrants: grants }),
      ...defaultScreens.filter((screen) => screen !== disclosureScreen),
    ],
  })
  await wallet.identities.add({ did, keyId, claims: { name: 'Ada' } })
  return { wallet, grants, prompt }
}
type TestWallet = Awaited<ReturnType<typeof createWallet>>

/** The app logs the person in by QR code, and asks for leave to push. */
async function obtainGrant({ wallet }: TestWallet, party = app): Promise<PushGrant> {
  const screen = new ShownTransport('qr')
  const answer = requester(party, screen).request(disclosure, ASK_PUSH, { via: 'qr' })
  await screen.arrived
  await wallet.handle(screen.last.uri())
  const { push } = await answer
  if (push === undefined) throw new Error('no leave was given')
  return push
}

/** The wallet runs until `task` has ended. */
async function whileRunning<T>({ wallet }: TestWallet, task: () => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const run = wallet.run({ signal: stop.signal })
  try {
    return await task()
  } finally {
    stop.abort()
    await run
  }
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolved',
    (error: unknown) => (isUportError(error) ? error.code : String(error)),
  )
}

describe('a person who gave leave to push', () => {
  test('answers without a code to scan', async () => {
    const person = await createWallet()
    const grant = await obtainGrant(person)
    const answer = await whileRunning(person, () =>
      requester().request(disclosure, ASK, { via: [pushing().to(grant), 'qr'] }),
    )
    expect(answer).toMatchObject({ did: user.did, own: { name: 'Ada' }, sealed: true })
    expect(person.prompt.last).toMatchObject({ arrival: 'push', requester: { did: app.did } })
  })

  test('is shown a code where no wallet fetches the push in time, and may answer either', async () => {
    const person = await createWallet()
    const grant = await obtainGrant(person)
    const screen = new ShownTransport('qr')
    const answer = requester(app, screen).request(disclosure, ASK, {
      via: [pushing(app, 0.3).to(grant), 'qr'],
    })
    await screen.arrived
    // The push still waits for the wallet that comes late.
    expect(await whileRunning(person, () => answer)).toMatchObject({ did: user.did })
    expect(person.prompt.last.arrival).toBe('push')
  })

  test('is shown no code once the wallet has fetched the push, however long the person takes', async () => {
    const person = await createWallet()
    const grant = await obtainGrant(person)
    let decide = (_: ConsentDecision): void => undefined
    const asked = new Promise<void>((resolve) => {
      person.prompt.script = () => {
        resolve()
        return new Promise((answer) => {
          decide = answer
        })
      }
    })
    const clock = new ManualClock(systemClock().now())
    const fetched: string[] = []
    const onFetched = (id: string): void => void fetched.push(id)
    const road = pushTransport({ identity: app.identity, safeFetch: safeFetch(), clock, onFetched }).to(grant)
    const screen = new ShownTransport('qr')
    await whileRunning(person, async () => {
      const answer = requester(app, screen).request(disclosure, ASK, { via: [road, 'qr'] })
      await asked
      await expect.poll(() => fetched, { interval: 10, timeout: 10_000 }).toHaveLength(1)
      // Nothing waits for the deadline any more.
      expect(clock.pending).toBe(0)
      clock.advance(20)
      decide({ decision: 'approve' })
      expect(await answer).toMatchObject({ did: user.did })
      expect(screen.shown).toEqual([])
    })
  })

  test('takes it back, and the next road is taken at once', async () => {
    const person = await createWallet()
    const grant = await obtainGrant(person)
    const [record] = await person.grants.list()
    expect(record).toMatchObject({ did: user.did, audience: app.did })
    expect(await person.grants.revoke(record?.id ?? '')).toBe(true)
    expect([await person.grants.list(), await person.grants.revoke(record?.id ?? '')]).toEqual([[], false])
    const alone = requester().request(disclosure, ASK, { via: pushing().to(grant) })
    expect(await codeOf(alone)).toBe('PUSH_REFUSED')
    const screen = new ShownTransport('qr')
    const answer = requester(app, screen).request(disclosure, ASK, { via: [pushing().to(grant), 'qr'] })
    await screen.arrived
    await person.wallet.handle(screen.last.uri())
    expect(await answer).toMatchObject({ did: user.did })
  })

  test('gave it to one application: another one that got hold of it is refused', async () => {
    const person = await createWallet()
    const grant = await obtainGrant(person)
    const foreign = requester(other).request(disclosure, ASK, { via: pushing(other).to(grant) })
    expect(await codeOf(foreign)).toBe('PUSH_REFUSED')
  })

  test('is never shown a request of somebody else that the application passes on', async () => {
    const person = await createWallet()
    const grant = await obtainGrant(person)
    const shown = person.prompt.screens.length
    const passing = requester(other).request(disclosure, ASK, {
      via: pushing(app).to(grant),
      signal: AbortSignal.timeout(1500),
    })
    await whileRunning(person, () => codeOf(passing))
    expect(person.prompt.screens).toHaveLength(shown)
  })

  test('gave no leave by the way', async () => {
    const person = await createWallet(new ScriptedPrompt('approve'))
    await expect(obtainGrant(person)).rejects.toThrow('no leave was given')
    expect(await person.grants.list()).toEqual([])
    expect(person.prompt.last.details).toMatchObject({ kind: 'disclosure', push: true })
  })
})

describe('grants', () => {
  test('of one wallet have no member in common but iss and type', async () => {
    const person = await createWallet()
    const [first, second] = [await obtainGrant(person, app), await obtainGrant(person, other)]
    const [one, two] = [first, second].map(({ jwt }) => new Map(Object.entries(decodeJwt(jwt).payload)))
    expect([...(one?.keys() ?? [])]).toEqual(['exp', 'aud', 'type', 'value', 'boxPub', 'iss'])
    const common = [...(one ?? [])].filter(([name, value]) => two?.get(name) === value)
    expect(common.map(([name]) => name)).toEqual(['type', 'iss'])
    expect(first.boxPub).not.toBe(second.boxPub)
    expect(first.endpoint).not.toBe(second.endpoint)
    expect(Math.abs(first.expiresAt - second.expiresAt)).toBeGreaterThan(0)
  })

  test('end, and no push is tried then', async () => {
    const person = await createWallet()
    const grant = await obtainGrant(person)
    const clock = new ManualClock(grant.expiresAt)
    const road = pushTransport({ identity: app.identity, safeFetch: safeFetch(), clock }).to(grant)
    expect(await codeOf(requester().request(disclosure, ASK, { via: road }))).toBe('PUSH_GRANT_UNUSABLE')
  })

  test('seal for a key that opens nothing else of the person', async () => {
    const person = await createWallet()
    const [first, second] = [await obtainGrant(person, app), await obtainGrant(person, other)]
    const records = await person.grants.list()
    const idOf = (did: string) => records.find(({ audience }) => audience === did)?.id
    const box = sealBox('for the first', Buffer.from(first.boxPub ?? '', 'base64'))
    const { boxKeys } = user.identity
    expect(Buffer.from(await boxKeys.open(`push/${idOf(app.did)}`, box)).toString()).toBe('for the first')
    expect(await codeOf(boxKeys.open(`push/${idOf(other.did)}`, box))).toBe('BOX_OPEN_FAILED')
    expect(second.boxPub).toBeDefined()
  })
})
