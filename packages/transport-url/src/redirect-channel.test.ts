import { isUportError, ManualClock, type ReplyBody } from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import { RedirectChannel } from './index.ts'
import { FakeBrowser, type FakeTab } from './test-support/fake-browser.ts'

const NOW = 1_700_000_000
const PAGE = 'https://app.example/login?from=mail'
const ID = 'AAAAAAAAAAAAAAAAAAAAAA'
const REQUEST = { id: ID, expiresAt: NOW + 120 }

function world(href = PAGE) {
  const browser = new FakeBrowser()
  const clock = new ManualClock(NOW)
  const tab = browser.open(href)
  return { browser, clock, tab, channel: channelIn(tab, clock) }
}

function channelIn(page: FakeTab, clock: ManualClock, onStray?: () => void): RedirectChannel {
  return new RedirectChannel({ page, clock, onStray })
}

async function first(replies: AsyncIterable<ReplyBody>): Promise<ReplyBody | undefined> {
  for await (const reply of replies) return reply
  return undefined
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return isUportError(error) ? error.code : String(error)
}

describe('the address that a wallet is told', () => {
  it('is the page itself, with the id of the request in its fragment', async () => {
    const { channel } = world()
    expect(await channel.open(REQUEST)).toEqual({
      channel: 'redirect',
      callback: `${PAGE}#id=${ID}`,
      state: { id: ID },
    })
  })

  it('keeps a route that the page has in its fragment, and drops a reply that is still there', async () => {
    const { browser, clock } = world()
    browser.full = true
    const tab = browser.open(`${PAGE}#/login?x=1&id=other&error=access_denied`)
    const channel = channelIn(tab, clock)
    browser.full = false
    expect((await channel.open(REQUEST)).callback).toBe(`${PAGE}#/login?x=1&id=${ID}`)
  })

  it('is another page where one is given, and never anything but http(s)', async () => {
    const { tab, clock } = world()
    const other = new RedirectChannel({ page: tab, clock, returnTo: 'https://app.example/back' })
    expect((await other.open(REQUEST)).callback).toBe(`https://app.example/back#id=${ID}`)
    expect(() => new RedirectChannel({ page: tab, returnTo: 'javascript:alert(1)' })).toThrow(TypeError)
    const local = world('file:///index.html')
    await expect(local.channel.open(REQUEST)).rejects.toThrow(TypeError)
  })

  it('is not given where the browser stores nothing', async () => {
    const { browser, channel } = world()
    browser.full = true
    expect(await codeOf(channel.open(REQUEST))).toBe('CHANNEL_FAILED')
  })
})

describe('a reply in the address', () => {
  it('is taken out, and the page’s own part of the fragment and its history state stay', async () => {
    const { tab, channel } = world(`${PAGE}#/orders?sort=a%2Fb&page=2`)
    const address = await channel.open(REQUEST)
    tab.follow(`${PAGE}#/orders?sort=a%2Fb&id=${ID}&page=2&access_token=a.b.c&data=x`)
    expect(tab.location.href).toBe(`${PAGE}#/orders?sort=a%2Fb&page=2`)
    expect(tab.history.state).toEqual({ router: 1 })
    expect(await first(channel.receive(address))).toEqual({ access_token: 'a.b.c' })
  })

  it('reaches who waits, also by a tab that the wallet opened', async () => {
    const { browser, clock, channel } = world()
    const address = await channel.open(REQUEST)
    const waiting = first(channel.receive(address))
    const opened = browser.open(`${PAGE}#id=${ID}&tx=0x12`)
    channelIn(opened, clock)
    expect(await waiting).toEqual({ tx: '0x12' })
    expect(opened.location.href).toBe(PAGE)
  })

  it('survives a reload: the address goes on in a channel made anew', async () => {
    const { browser, clock, channel } = world()
    const address = JSON.parse(JSON.stringify(await channel.open(REQUEST)))
    channel[Symbol.dispose]()
    const reloaded = channelIn(browser.open(`${PAGE}#id=${ID}&error=access_denied`), clock)
    expect(await first(reloaded.receive(address))).toEqual({ error: 'access_denied' })
    const again = channelIn(browser.open(PAGE), clock)
    expect(await first(again.receive(address))).toEqual({ error: 'access_denied' })
  })

  it('is opened as an envelope where it is sealed, and left alone where that is no JSON', async () => {
    const { tab, channel } = world()
    const address = await channel.open(REQUEST)
    tab.follow(`${PAGE}#id=${ID}&encrypted=nonsense`)
    expect(tab.replaced).toEqual([])
    const envelope = { version: 'x', nonce: 'n', ephemPublicKey: 'e', ciphertext: 'c' }
    tab.follow(`${PAGE}#id=${ID}&encrypted=${encodeURIComponent(JSON.stringify(envelope))}`)
    expect(await first(channel.receive(address))).toEqual({ encrypted: envelope })
  })

  it('stays in the address where it cannot be stored, so a reload finds it', async () => {
    const { browser, tab, clock, channel } = world()
    const address = await channel.open(REQUEST)
    browser.full = true
    const href = `${PAGE}#id=${ID}&tx=0x12`
    tab.follow(href)
    expect(tab.location.href).toBe(href)
    browser.full = false
    const reloaded = channelIn(browser.open(href), clock)
    expect(await first(reloaded.receive(address))).toEqual({ tx: '0x12' })
  })
})

describe('what others put into an address', () => {
  it('is kept for no request that was not made here: fragment injection', async () => {
    const browser = new FakeBrowser()
    const tab = browser.open(PAGE)
    const clock = new ManualClock(NOW)
    let strays = 0
    const channel = channelIn(tab, clock, () => strays++)
    const before = new Map(browser.items)
    tab.follow(`${PAGE}#id=BBBBBBBBBBBBBBBBBBBBBB&access_token=evil`)
    expect(browser.items).toEqual(before)
    expect(strays).toBe(1)
    expect(tab.location.href).toBe(PAGE)
    const address = { channel: 'redirect', callback: PAGE, state: { id: 'BBBBBBBBBBBBBBBBBBBBBB' } }
    expect(await codeOf(first(channel.receive(address)))).toBe('CHANNEL_CLOSED')
  })

  it('is left to the page where it is not ours: another library’s token, a router’s id', () => {
    const { tab, browser } = world()
    for (const fragment of ['access_token=x&state=y', 'id=7&error=none', '/a/b', 'id=', '%E0%A4%A', '&&=&']) {
      tab.follow(`${PAGE}#${fragment}`)
      expect(tab.location.href).toBe(`${PAGE}#${fragment}`)
    }
    expect(browser.items.size).toBe(0)
  })

  it('fills an open address with eight replies at most, each once', async () => {
    const { browser, tab, channel } = world()
    const address = await channel.open(REQUEST)
    const opened = browser.items.size
    for (let round = 0; round < 2; round++)
      for (let index = 0; index < 20; index++) tab.follow(`${PAGE}#id=${ID}&tx=${index}`)
    expect(browser.items.size - opened).toBe(8)
    const replies: ReplyBody[] = []
    for await (const reply of channel.receive(address)) if (replies.push(reply) === 8) break
    expect(replies).toEqual(Array.from({ length: 8 }, (_, index) => ({ tx: String(index) })))
  })

  it('cannot reach past its own keys in the storage', async () => {
    const { browser, clock, channel } = world()
    browser.items.set('app/secret', 'kept')
    const ids = ['../x', 'a/b', 'a', 'a%2Fb', '__proto__']
    const addresses = await Promise.all(ids.map((id) => channel.open({ id, expiresAt: NOW + 120 })))
    for (const id of ids) {
      const opened = browser.open(`${PAGE}#id=${encodeURIComponent(id)}&tx=${encodeURIComponent(id)}`)
      channelIn(opened, clock)
    }
    for (const [index, address] of addresses.entries())
      expect(await first(channel.receive(address))).toEqual({ tx: ids[index] })
    for (const address of addresses) await channel.close(address)
    expect([...browser.items]).toEqual([['app/secret', 'kept']])
  })
})

describe('the end of an address', () => {
  it('comes five minutes after its request, and what was stored is swept by the next one', async () => {
    const { browser, clock, tab, channel } = world()
    const address = await channel.open(REQUEST)
    tab.follow(`${PAGE}#id=${ID}&tx=1`)
    clock.advance(120 + 300)
    expect(await first(channel.receive(address))).toEqual({ tx: '1' })
    clock.advance(1)
    expect(await codeOf(first(channel.receive(address)))).toBe('CHANNEL_CLOSED')
    await channel.open({ id: 'next', expiresAt: NOW + 1000 })
    expect([...browser.items.keys()].every((key) => key.endsWith('next'))).toBe(true)
  })

  it('lets go of the page when it is disposed', async () => {
    const { tab, channel } = world()
    await channel.open(REQUEST)
    channel[Symbol.dispose]()
    tab.follow(`${PAGE}#id=${ID}&tx=1`)
    expect(tab.location.href).toContain('tx=1')
  })
})
