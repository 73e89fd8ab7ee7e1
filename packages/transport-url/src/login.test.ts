import { answerDisclosure, disclosure, isUportError, ManualClock, Requester } from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import { createWorld, NOW } from '../../core/test-support/exchange-world.ts'
import { LinkIntake, RedirectChannel, RedirectReplySender, UrlTransport } from './index.ts'
import { FakeBrowser } from './test-support/fake-browser.ts'

const PAGE = 'https://app.example/login#/members'

/** An app in a browser and a wallet on the same phone: a link leads out, an address leads back. */
async function phone() {
  const clock = new ManualClock(NOW)
  const browser = new FakeBrowser()
  const tab = browser.open(PAGE)
  const intake = new LinkIntake()
  const channel = new RedirectChannel({ page: tab, clock })
  const world = await createWorld({
    clock,
    transports: [new UrlTransport({ render: (uri) => void intake.receive(uri) })],
    replyChannels: [channel],
  })
  const opened: string[] = []
  const sender = new RedirectReplySender({ open: (url) => void opened.push(url) })
  const responder = world.responder(world.user, { senders: [sender], clock })
  const nextLink = async () => {
    for await (const request of intake.requests()) return request
    throw new Error('no link came')
  }
  return { ...world, browser, tab, channel, clock, opened, responder, nextLink }
}

describe('a login on one phone', () => {
  it('goes out by link and comes back into the page, sealed; the page keeps its route', async () => {
    const { requester, responder, nextLink, opened, tab, user } = await phone()
    const login = requester.request(disclosure, {}, { via: 'url' })
    const link = await nextLink()
    expect(link.text).toContain('callback_type=redirect')
    const consent = await responder.receive(link)
    if (consent.is(answerDisclosure)) await consent.approve({ claims: {} })
    const [address = ''] = opened
    expect(address).toContain(`${PAGE}&id=`)
    expect(address).toContain('encrypted=')
    tab.follow(address)
    expect(await login).toMatchObject({ did: user.did, sealed: true })
    expect(tab.location.href).toBe(PAGE)
  })

  it('goes on in the tab that the wallet opened, the first one being closed', async () => {
    const { requester, responder, nextLink, opened, browser, channel, clock, parts, user } = await phone()
    const exchange = await requester.start(disclosure, {}, { reply: 'redirect' })
    await exchange.deliver('url')
    const { id } = exchange.request
    const consent = await responder.receive(await nextLink())
    if (consent.is(answerDisclosure)) await consent.approve({ claims: {} })
    channel[Symbol.dispose]()
    const tab = browser.open(opened[0] ?? '')
    const again = new Requester({
      ...parts,
      replyChannels: [new RedirectChannel({ page: tab, clock })],
    })
    const resumed = await again.resume(disclosure, id)
    expect(await resumed.result).toMatchObject({ did: user.did })
    exchange.result.catch(() => undefined)
    await exchange.close()
  })

  it('ends as refused where the person declines', async () => {
    const { requester, responder, nextLink, opened, tab } = await phone()
    const login = requester.request(disclosure, {}, { via: 'url' }).catch((error: unknown) => error)
    const consent = await responder.receive(await nextLink())
    await consent.decline()
    tab.follow(opened[0] ?? '')
    expect(isUportError(await login, 'REQUEST_REFUSED')).toBe(true)
  })

  it('leads nowhere that the link alone names: no open redirect', async () => {
    const { requester, responder, nextLink, opened } = await phone()
    const exchange = await requester.start(disclosure, {}, { reply: 'redirect' })
    await exchange.deliver('url')
    const link = await nextLink()
    const text = `${link.text}&redirect_url=${encodeURIComponent('https://evil.example/')}`
    const consent = await responder.receive({ ...link, text })
    if (consent.is(answerDisclosure)) await consent.approve({ claims: {} })
    expect(opened.map((url) => new URL(url).origin)).toEqual(['https://app.example'])
    exchange.result.catch(() => undefined)
    await exchange.close()
  })
})
