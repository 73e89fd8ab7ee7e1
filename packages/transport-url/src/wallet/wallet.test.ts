import { inspect } from 'node:util'
import { isUportError } from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import { LinkIntake, RedirectReplySender, takeDeviceCode } from '../index.ts'
import { FakeBrowser } from '../test-support/fake-browser.ts'

const CODE = 'AAAAAAAAAAAAAAAAAAAAAA'

describe('a reply by redirect', () => {
  it('goes into the fragment of the page, percent-encoded, a sealed one as JSON', async () => {
    const opened: string[] = []
    const sender = new RedirectReplySender({ open: (url) => void opened.push(url) })
    await sender.send(new URL('https://app.example/#id=7'), { access_token: 'a.b.c', data: 'x&y=#' })
    await sender.send(new URL('https://app.example/'), { encrypted: { nonce: 'n' } })
    expect(opened).toEqual([
      'https://app.example/#id=7&access_token=a.b.c&data=x%26y%3D%23',
      `https://app.example/#encrypted=${encodeURIComponent('{"nonce":"n"}')}`,
    ])
  })

  it('that cannot be opened may be tried again, and the error does not quote it', async () => {
    const sender = new RedirectReplySender({
      open: (url) => {
        throw new Error(`cannot open ${url}`)
      },
    })
    const error = await sender
      .send(new URL('https://app.example/'), { access_token: 'secret' })
      .catch((e) => e)
    expect(isUportError(error, 'REPLY_NOT_DELIVERED') && error.retryable).toBe(true)
    expect(inspect(error, { depth: 9 })).not.toContain('secret')
  })

  it('that is too long for a link is refused before anything is opened', async () => {
    const opened: string[] = []
    const sender = new RedirectReplySender({ open: (url) => void opened.push(url) })
    const error = await sender
      .send(new URL('https://app.example/'), { access_token: 'x'.repeat(131_072) })
      .catch((e) => e)
    expect(isUportError(error, 'REPLY_NOT_DELIVERED') && !error.retryable).toBe(true)
    expect(opened).toEqual([])
  })
})

describe('links that a wallet is opened with', () => {
  it('are yielded once each, and again to the next reader until they are acknowledged', async () => {
    const intake = new LinkIntake()
    intake.receive('me.uport:req/a')
    intake.receive('me.uport:req/a')
    intake.receive('me.uport:req/b')
    const seen: string[] = []
    for await (const request of intake.requests()) {
      expect(request.arrival).toBe('link')
      if (seen.push(request.text) === 2) break
      await request.acknowledge()
    }
    expect(seen).toEqual(['me.uport:req/a', 'me.uport:req/b'])
    expect((await intake.requests().next()).value).toMatchObject({ text: 'me.uport:req/b' })
  })

  it('are awaited, until the signal aborts', async () => {
    const intake = new LinkIntake()
    const controller = new AbortController()
    const reader = intake.requests({ signal: controller.signal })
    const waiting = reader.next()
    intake.receive('me.uport:req/late')
    expect((await waiting).value).toMatchObject({ text: 'me.uport:req/late' })
    const more = reader.next()
    controller.abort(new Error('closed'))
    await expect(more).rejects.toThrow('closed')
  })

  it('are dropped beyond sixteen', () => {
    const intake = new LinkIntake()
    const taken = Array.from({ length: 20 }, (_, index) => intake.receive(`me.uport:req/${index}`))
    expect(taken.filter(Boolean)).toHaveLength(16)
  })
})

describe('the code of the device', () => {
  it('is taken out of the address, and nothing else is', () => {
    const tab = new FakeBrowser().open(`https://app.example/#/home&code=${CODE}&x=1`)
    expect(takeDeviceCode(tab)).toBe(CODE)
    expect(tab.location.href).toBe('https://app.example/#/home&x=1')
    expect(takeDeviceCode(tab)).toBeUndefined()
  })

  it('is left alone where it is not one of ours', () => {
    const tab = new FakeBrowser().open('https://app.example/#code=oauth')
    expect(takeDeviceCode(tab)).toBeUndefined()
    expect(tab.replaced).toEqual([])
  })
})
