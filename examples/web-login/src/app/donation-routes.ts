import { isUportError, type Outcome } from '@uport-kit/core'
import { httpRpc, type SubmittedTransaction, transaction } from '@uport-kit/core/ethereum'
import { Hono } from 'hono'
import type { Browser, Browsers } from '../servers/browsers.ts'
import { remoteAddress } from '../servers/remote-address.ts'
import { Refusal, type RequestDesk } from '../servers/request-desk.ts'
import { type SignedInEnv, signedIn } from '../servers/signed-in.ts'
import type { Donation } from '../shared/library-api.ts'
import type { AskedRequest } from '../shared/site-api.ts'
import type { LibrarySession } from './library-session.ts'

export interface DonationParts {
  readonly browsers: Browsers<LibrarySession>
  readonly desk: RequestDesk
  /** The library's own account. */
  readonly to: string
  readonly network: { readonly id: string; readonly rpcUrl: string }
  readonly returnUrl: string
}

/** A hundredth of an ether. */
const DONATION_WEI = 10n ** 16n
const MAX_DONATIONS = 1000

/**
 * Donations: the server asks for a transaction, and reads from its own node of the chain whether that very transaction is
 * there. The page is told and decides nothing.
 */
export function createDonationRoutes(parts: DonationParts): Hono<SignedInEnv<LibrarySession>> {
  const { browsers, desk, to, network, returnUrl } = parts
  const routes = new Hono<SignedInEnv<LibrarySession>>()
  const payment = transaction({
    networks: { [network.id]: { rpc: httpRpc(network.rpcUrl) } },
    pollSeconds: 0.5,
  })
  const donations = new Map<string, { readonly browser: object; donation: Donation }>()
  routes.use(signedIn(browsers))

  const follow = async (browser: object, submitted: SubmittedTransaction): Promise<void> => {
    const { hash } = submitted
    const entry = { browser, donation: { state: 'submitted', hash } as Donation }
    const [oldest] = donations.keys()
    if (donations.size >= MAX_DONATIONS && oldest !== undefined) donations.delete(oldest)
    donations.set(hash, entry)
    try {
      const { blockNumber } = await submitted.confirmed()
      entry.donation = { state: 'confirmed', hash, blockNumber: String(blockNumber) }
    } catch (error) {
      entry.donation = { state: 'failed', hash, reason: isUportError(error) ? error.code : 'UNKNOWN' }
    }
  }

  const accept = (
    browser: Browser<LibrarySession>,
    submitted: SubmittedTransaction,
  ): Outcome & { hash: string } => {
    const { did, requestId, hash } = submitted
    // Two requests for one amount look alike on the chain: each transaction counts once, for who named it first.
    if (donations.has(hash)) throw new Refusal('GIVEN_BEFORE', 'This transaction was a donation before.')
    void follow(browser, submitted)
    return { did, requestId, hash }
  }

  routes.post('/', async (context) => {
    const browser = context.get('browser')
    const { account } = context.get('session')
    const request = await desk.ask(
      payment,
      {
        to,
        network: network.id,
        value: DONATION_WEI,
        from: account?.address,
        label: 'A donation to Harbour Library',
      },
      {
        browser,
        address: remoteAddress(context),
        redirectUrl: returnUrl,
        accept: (submitted) => accept(browser, submitted),
      },
    )
    return context.json({ request, isPushed: false } satisfies AskedRequest)
  })

  routes.get('/:hash', (context) => {
    const found = donations.get(context.req.param('hash'))
    if (found?.browser !== context.get('browser')) return context.json({ code: 'UNKNOWN_DONATION' }, 404)
    return context.json(found.donation, 200, { 'cache-control': 'no-store' })
  })
  return routes
}
