import { disclosure, isUportError, type JsonObject, Requester } from '@uport-kit/core'
import { createConformanceTools, replyChannelCases } from '@uport-kit/core/conformance'
import { openBrowserBoxKeys } from '@uport-kit/key-store-browser'
import { openBrowserRequestStore } from '@uport-kit/store-browser'
import { anchorRenderer, RedirectChannel, RedirectReplySender, UrlTransport } from '@uport-kit/transport-url'
import { createParty, PartyResolver } from '../../../packages/core/test-support/parties.ts'

/** An app whose routes are in the fragment. It asks a wallet on another origin by link, and hears the answer in its own fragment. */

let strays = 0
// Before the router looks at the address.
const channel = new RedirectChannel({ onStray: () => strays++ })
const routes: string[] = [location.hash]
addEventListener('hashchange', () => routes.push(location.hash))
let handled = 0
globalThis.onhashchange = () => handled++

const query = new URLSearchParams(location.search)
const [app, user] = await Promise.all([createParty('app'), createParty('user')])
const requester = new Requester({
  identity: { ...app.identity, boxKeys: await openBrowserBoxKeys() },
  resolver: new PartyResolver([app, user]),
  requests: await openBrowserRequestStore(),
  replyChannels: [channel],
  transports: [],
  links: { universal: `${query.get('wallet')}/req/` },
})

const ASK = { claims: { user_info: { name: { essential: true } } } } as const
const anchor = document.createElement('a')
anchor.id = 'login'
anchor.textContent = 'Log in'
document.body.append(anchor)

let outcome = 'none'
const note = (
  result: Promise<{ readonly did: string; readonly sealed: boolean; readonly own: object }>,
): void => {
  outcome = 'pending'
  result.then(
    ({ did, sealed, own }) => {
      outcome = JSON.stringify({ isUser: did === user.did, sealed, own })
    },
    (error: unknown) => {
      outcome = isUportError(error) ? error.code : String(error)
    },
  )
}

/** Answers as a wallet does that opens the page where it stands. */
async function post(callback: string, body: JsonObject): Promise<void> {
  const taken = new Promise((resolve) => addEventListener('hashchange', resolve, { once: true }))
  await new RedirectReplySender({ open: (url) => location.assign(url) }).send(new URL(callback), body)
  await taken
}

const page = {
  /** Puts the link in place before the click. */
  async prepare(target: '_self' | '_blank'): Promise<void> {
    anchor.target = target
    const exchange = await requester.start(disclosure, ASK, { reply: 'redirect' })
    localStorage.setItem('app/login', exchange.request.id)
    await exchange.deliver(new UrlTransport({ render: anchorRenderer(anchor) }))
    note(exchange.result)
  },
  /** Goes on with the request that was made before a reload, or in another tab. */
  async goOn(): Promise<void> {
    note(requester.resume(disclosure, localStorage.getItem('app/login') ?? '').then(({ result }) => result))
  },
  /** Runs the suite of reply channels in this very window. @returns the cases that failed, and how many there were */
  async conform(): Promise<{ readonly failed: readonly string[]; readonly count: number }> {
    const failed: string[] = []
    for (const one of replyChannelCases) {
      const subject = { channel: new RedirectChannel(), post, now: () => Math.floor(Date.now() / 1000) }
      const reason = one.skip?.(subject)
      if (reason !== undefined) failed.push(`${one.id} is left out: ${reason}`)
      else
        await one.run(subject, createConformanceTools()).catch((error) => failed.push(`${one.id}: ${error}`))
      subject.channel[Symbol.dispose]()
    }
    return { failed, count: replyChannelCases.length }
  },
  outcome: () => outcome,
  seen: () => ({ routes, handled, strays, hash: location.hash, keys: Object.keys(localStorage).sort() }),
}

declare global {
  var appPage: typeof page
}
globalThis.appPage = page
