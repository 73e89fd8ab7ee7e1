import { isUportError, UportError } from '@uport-kit/core'
import { describe, expect, it, vi } from 'vitest'
import { namedIn } from './offline-shell.ts'
import { onPush } from './on-push.ts'
import { openRequest, placeOf } from './open-request.ts'
import { type RequestNotice, requestPath, UNFETCHED_NOTICE } from './request-notice.ts'
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
