import { disclosure, foldDid, isUportError, UportError } from '@uport-kit/core'
import { describe, expect, it, vi } from 'vitest'
import { createWorld, LocalChannel } from '../../../../../packages/core/test-support/exchange-world.ts'
import { shortDid } from '../text/did-text.ts'
import { namedIn } from './offline-shell.ts'
import { onPush } from './on-push.ts'
import { openRequest, placeOf } from './open-request.ts'
import { type RequestNotice, requestNotice, requestPath, UNFETCHED_NOTICE } from './request-notice.ts'
import { parseWakeCall } from './take-pushed.ts'
import type { WindowClient } from './worker-scope.ts'

const MAILBOX = 'a'.repeat(43)

describe('a wake-up call', () => {
  it('names a mailbox', () => {
    expect(parseWakeCall(JSON.stringify({ mailbox: MAILBOX }))).toBe(MAILBOX)
  })

  it.each([undefined, '', '{', 'null', '7', '{}', '{"mailbox":7}', '{"mailbox":"../x"}', '{"mailbox":""}'])(
    'or wakes for all of them: %s',
    (text) => {
      expect(parseWakeCall(text)).toBeUndefined()
    },
  )

  it('ends in a notification where nothing can be opened or fetched', async () => {
    const shown: RequestNotice[] = []
    const show = async (notice: RequestNotice): Promise<void> => void shown.push(notice)
    const away = new UportError('PUSH_INBOX_FAILED', 'away', { data: { host: 'x' }, retryable: true })
    await onPush('{}', () => Promise.reject(away), show)
    await expect(onPush('{}', () => Promise.reject(new TypeError('bug')), show)).rejects.toThrow('bug')
    expect(shown).toEqual([UNFETCHED_NOTICE, UNFETCHED_NOTICE])
    expect(isUportError(away)).toBe(true)
  })
})

describe('the notification of a request', () => {
  it('tells a name as what the sender calls itself, beside the identifier that is proven', async () => {
    const world = await createWorld({ replyChannels: [new LocalChannel('callback')] })
    const { uri } = await world.requester.create(disclosure, {}, { reply: 'callback' })
    const record = {
      id: 'r',
      uri,
      signed: true,
      pinned: true,
      arrival: 'push',
      receivedAt: 0,
      sequence: 1,
    } as const
    const { resolver, clock, app } = world
    const notice = (name?: string) =>
      requestNotice(record, {
        resolver,
        names: new Map(name === undefined ? [] : [[foldDid(app.did), name]]),
        now: clock.now(),
        identities: [],
      })
    const named = await notice('Your Bank')
    expect(named.title).toBe('A request waits for you')
    expect(named.body).toContain(
      `From ${shortDid(app.did)}, which calls itself “Your Bank”: nobody has proven that name.`,
    )
    expect(named.body).toContain('Nothing leaves it before you agree.')
    const unnamed = await notice()
    expect(unnamed.title).toBe('A request waits for you')
    expect(unnamed.body).toContain(`From ${shortDid(app.did)}. `)
    expect(unnamed.body).not.toContain('calls itself')
  })
})

describe('a click on a notification', () => {
  it.each<[unknown, string]>([
    [{ path: requestPath('Ab_-9') }, '/request/Ab_-9'],
    [{ path: '/' }, '/'],
    [{ path: 'https://evil.example/' }, '/'],
    [{ path: '//evil.example' }, '/'],
    [{ path: '/settings' }, '/'],
    [{ path: `/request/${'x'.repeat(201)}` }, '/'],
    [{ path: 7 }, '/'],
    [null, '/'],
  ])('with %j leads to %s', (data, place) => {
    expect(placeOf(data)).toBe(place)
  })

  it('shows the request in a window that is open, and opens none beside it', async () => {
    const client: WindowClient = {
      url: 'https://wallet.example/',
      visibilityState: 'hidden',
      focus: () => Promise.reject(new DOMException('no click', 'InvalidAccessError')),
      postMessage: vi.fn(),
    }
    const clients = { claim: vi.fn(), openWindow: vi.fn(), matchAll: async () => [client] }
    await openRequest({ path: '/request/x' }, clients)
    expect(client.postMessage).toHaveBeenCalledWith({ type: 'go', path: '/request/x' })
    expect(clients.openWindow).not.toHaveBeenCalled()
  })

  it('opens a window where there is none', async () => {
    const clients = { claim: vi.fn(), openWindow: vi.fn(), matchAll: async () => [] }
    await openRequest({ path: '/request/x' }, clients)
    expect(clients.openWindow).toHaveBeenCalledWith('/request/x')
  })
})

describe('the offline shell', () => {
  it('knows its parts by the names that pages give them', () => {
    const page =
      '<script src="/assets/index-Ab1.js"></script><link href="/assets/index-C_2.css"><img src="/icon.svg">'
    expect(namedIn(page)).toEqual(['/assets/index-Ab1.js', '/assets/index-C_2.css'])
    expect(namedIn('import("./scan-9.js");import a from"./chunk-x.js"')).toEqual([
      '/assets/scan-9.js',
      '/assets/chunk-x.js',
    ])
  })
})
