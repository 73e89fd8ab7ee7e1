import { type Identity, type JsonObject, MemoryKeyStore, signJwt } from '@uport-kit/core'
import { httpRpc } from '@uport-kit/core/ethereum'
import { Interface } from 'ethers'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { registerParty } from '../../examples/web-login/src/launch/register-party.ts'
import type { LibraryVisit } from '../../examples/web-login/src/shared/library-api.ts'
import { describeBrowser } from '../support/browser/describe-browser.ts'
import { HOSTILE_TEXTS, harmOf, setTraps } from './support/hostile-texts.ts'
import { createIdentity } from './support/people.ts'
import { openWalletWorld, type WalletWorld } from './support/wallet-world.ts'
import { PHONE } from './support/web-world.ts'

const TEXTS = [...HOSTILE_TEXTS.values()]
const MARKUP = HOSTILE_TEXTS.get('markup') ?? ''
/** Latin and Cyrillic letters, and what the browser makes of them. */
const LOOK_ALIKE = { host: 'b\u0430nk.example', ascii: 'xn--bnk-6cd.example' }

/** Longer names of claims make a request that is refused unseen. */
const MAX_NAME = 128

/** A member for each hostile text, which is its name and what `value` makes of it. */
const NAMES = TEXTS.map((text) => text.slice(0, MAX_NAME))
const each = <Value>(value: (text: string) => Value): Record<string, Value> =>
  Object.fromEntries(NAMES.map((text) => [text, value(text)]))

const nested = each((text) => ({ [text]: [text, { [text]: text }] }))

/** Texts that do no harm without what the page makes of them. */
const SUBTLE: ReadonlySet<string> = new Set([
  'an address that is a script',
  'a template',
  'line ends',
  'marks that pile up',
])

interface Asking {
  /** The attack of this round. */
  readonly text: string
  /** Who is asked. */
  readonly did: string
  /** Who attests everything about everybody. */
  readonly issuer: Identity
}

/** Requests that put the text, and all others where there is room for many, into every member that a wallet shows. */
const KINDS: readonly (readonly [kind: string, members: (asking: Asking) => JsonObject])[] = [
  [
    'a login',
    ({ text }) => ({
      type: 'shareReq',
      claims: {
        user_info: each((one) => ({ reason: one, essential: one === text })),
        verifiable: each((one) => ({ reason: one, iss: [{ did: one, url: one }], essential: one === text })),
      },
      permissions: ['notifications', ...NAMES],
      net: '0x539',
      act: 'keypair',
      rpc: `https://${LOOK_ALIKE.host}/rpc`,
    }),
  ],
  ['a credential', ({ text, did }) => ({ sub: did, claim: { [text]: text, ...nested } })],
  [
    'a statement to sign',
    ({ text }) => ({ type: 'verReq', sub: text, unsignedClaim: { [text]: text, ...nested } }),
  ],
  ['a message to sign', ({ text }) => ({ type: 'personalSigReq', data: `${text}\n${TEXTS.join('\n')}` })],
  [
    'data to sign',
    ({ text }) => ({
      type: 'eip712Req',
      typedData: {
        types: {
          EIP712Domain: [{ name: 'name', type: 'string' }],
          Mail: [
            { name: 'contents', type: 'string' },
            { name: 'more', type: 'string[]' },
          ],
        },
        primaryType: 'Mail',
        domain: { name: text },
        message: { contents: text, more: TEXTS },
      },
    }),
  ],
  [
    'a transaction',
    ({ text }) => ({
      type: 'ethtx',
      to: `0x${'12'.repeat(20)}`,
      fn: `say(string "${TEXTS.join(' ').replaceAll('"', "'")}")`,
      label: text,
    }),
  ],
]

describeBrowser('what strangers write', () => {
  let world: WalletWorld
  let context: BrowserContext
  let page: Page
  let did: string
  let issuer: Identity
  beforeAll(async () => {
    world = await openWalletWorld({ sites: undefined })
    context = await world.newDevice(PHONE)
    await setTraps(context)
    page = await world.openWallet(context)
    await createIdentity(page, MARKUP)
    did = (await page.getByRole('button', { name: /^Copy DID/ }).getAttribute('title')) ?? ''
    issuer = await createParty('issuer', MARKUP)
  }, 60_000)
  afterAll(() => world?.close())

  /** Somebody whom the chain knows, and whose published document says this of itself. */
  async function createParty(keyId: string, text: string, url = text): Promise<Identity> {
    const keys = { keys: new MemoryKeyStore(), keyId, boxSecret: new Uint8Array(32).fill(7) }
    const profile = { type: 'Organization', name: text, description: text, url } as const
    return registerParty(world.web.devnet, keys, profile)
  }

  async function ask(identity: Identity, members: JsonObject): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    const callback = await world.openCallback()
    const attested = { sub: identity.did, claim: nested }
    const vc = [await signJwt(attested, issuer), MARKUP, `/ipfs/${MARKUP}`, 'javascript:pwned()']
    const net = world.web.config.network.id
    const request = { net, iat: now, exp: now + 600, callback, vc, ...members }
    return `me.uport:req/${await signJwt(request, identity)}`
  }

  /** As a person does with a request that is too long for a link. */
  async function open(request: string, wallet = page): Promise<void> {
    await wallet.goto(`${world.web.walletUrl}/paste`)
    await wallet.getByLabel('Link of the request').fill(request)
    await wallet.getByRole('button', { name: 'Look at the request' }).click()
  }

  test('harms a page that shows it as markup, or as it is', async () => {
    const careless = await context.newPage()
    for (const [name, text] of HOSTILE_TEXTS) {
      await careless.setContent(`<title>x</title><input value="${text}"><p>${text}</p>`)
      if (!SUBTLE.has(name)) expect(await harmOf(careless), name).not.toEqual([])
    }
    await careless.close()
  })

  describe('is shown inert by the wallet', () => {
    const rounds = KINDS.flatMap(([kind, members]) =>
      [...HOSTILE_TEXTS].map(([name, text]) => [name, kind, text, members] as const),
    )
    test.each(rounds)('%s, in %s', async (name, _kind, text, members) => {
      const identity = await createParty(name, text)
      await open(await ask(identity, members({ text, did, issuer })))
      const decline = page.getByRole('button', { name: 'Decline' })
      await decline.waitFor()
      // The site's own words are there, as words.
      expect((await page.locator('bdi').allTextContents()).join(' ')).toContain('pwned()')
      expect(await harmOf(page)).toEqual([])
      await page.locator('details').evaluateAll((all) => {
        for (const one of all) one.setAttribute('open', '')
      })
      expect(await harmOf(page)).toEqual([])
      await decline.click()
      await page.getByRole('button', { name: 'Back to the wallet' }).click()
    })

    test('in every list, once it was accepted', async () => {
      await open(await ask(issuer, { sub: did, claim: nested }))
      await page.getByRole('button', { name: 'Keep the credential' }).click()
      await page.getByRole('button', { name: 'Back to the wallet' }).click()
      await open(await ask(issuer, { type: 'shareReq', claims: { user_info: { name: null } } }))
      await page.getByRole('button', { name: 'Later' }).click()
      const places = ['Home', 'Credentials', 'Accounts', 'Activity', 'Settings', 'Backup'] as const
      for (const name of places) {
        await page.getByRole('link', { name }).first().click()
        await page.getByRole('heading', { level: 1 }).waitFor()
        // The log grows with each request.
        expect(await harmOf(page, 40), name).toEqual([])
      }
      await page.getByRole('link', { name: 'Credentials' }).click()
      await page.locator('a[href^="/credentials/"]').first().click()
      await page.getByRole('heading', { name: 'Credential', exact: true }).waitFor()
      await page.getByText('<uport-pwned>').first().waitFor()
      expect(await harmOf(page)).toEqual([])
    })
  })

  describe('is shown inert by the library and the town', () => {
    /** What somebody calls themselves, and writes into the town's form: a line of everything. */
    const everything = TEXTS.map((text) => text.slice(0, 60)).join(' ')

    /** Logs in by the link, as whom the person says. */
    async function logIn(site: Page, button: string): Promise<void> {
      await site.getByRole('main').getByRole('button', { name: button }).first().click()
      await site.getByRole('link', { name: 'Open my wallet on this device' }).click()
      await site.getByLabel('Name', { exact: true }).fill(everything)
      await site.getByRole('button', { name: /^Share/ }).click()
    }

    test('a person’s name, on every page of the library', async () => {
      const { appUrl } = world.web
      await page.goto(appUrl)
      await logIn(page, 'Log in with your wallet')
      await page.getByRole('heading', { level: 1, name: /Good to see you, <uport-pwned>/ }).waitFor()
      expect(await harmOf(page)).toEqual([])
      for (const name of ['Reading room', 'Guest book']) {
        await page.getByRole('link', { name }).first().click()
        await page.getByRole('heading', { level: 1, name }).waitFor()
        expect(await harmOf(page), name).toEqual([])
      }
    })

    test('what strangers wrote into the guest book', async () => {
      const { appUrl, devnet } = world.web
      const { library } = (await (await fetch(`${appUrl}/api/session`)).json()) as LibraryVisit
      const node = httpRpc(devnet.rpcUrl)
      const book = new Interface(['function sign(string line)'])
      for (const text of TEXTS) {
        const data = book.encodeFunctionData('sign', [text.slice(0, 140)])
        const from = devnet.accounts[0]?.address ?? ''
        await node.request({ method: 'eth_sendTransaction', params: [{ from, to: library.guestBook, data }] })
      }
      await page.goto(`${appUrl}/guest-book`)
      await page.getByRole('listitem').filter({ hasText: '<uport-pwned>' }).first().waitFor()
      expect(await harmOf(page)).toEqual([])
    })

    test('what an applicant wrote, to them and to the clerk', async () => {
      const { issuerUrl } = world.web
      await page.goto(issuerUrl)
      await logIn(page, 'Apply with your wallet')
      await page.getByLabel('Street and house number').fill(everything.slice(0, 120))
      expect(await harmOf(page)).toEqual([])
      await page.getByRole('button', { name: 'Send the application' }).click()
      await page.getByText('Waiting for the desk').waitFor()
      expect(await harmOf(page)).toEqual([])
      await page.goto(`${issuerUrl}/desk`)
      await page.getByRole('article').getByText('<uport-pwned>').first().waitFor()
      expect(await harmOf(page)).toEqual([])
    })
  })

  test('a look-alike domain is shown in ASCII, with a warning', async () => {
    const address = `https://${LOOK_ALIKE.host}`
    const identity = await createParty('look-alike', 'Bank', address)
    const chain = { net: '0x539', act: 'keypair', rpc: `${address}/rpc` }
    const elsewhere = await world.newDevice(PHONE)
    const other = await world.openWallet(elsewhere)
    await createIdentity(other, 'Ada')
    await open(await ask(identity, { type: 'shareReq', callback: `${address}/cb`, ...chain }), other)
    await other.getByRole('heading', { name: 'Be careful' }).waitFor()
    const text = (await other.getByRole('main').textContent()) ?? ''
    expect(text).not.toContain(LOOK_ALIKE.host)
    // Whom the answer goes to, what it says of itself, and the chain that it brings.
    expect(text.split(LOOK_ALIKE.ascii)).toHaveLength(4)
    await elsewhere.close()
  })
})
