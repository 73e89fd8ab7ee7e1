import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AnnounceOptions, announceProvider } from './announce-provider.ts'
import { createUportProvider, type UportProvider } from './uport-provider.ts'

let provider: UportProvider
let base: AnnounceOptions

beforeAll(() => {
  const requester = { ask: () => Promise.reject(new Error('nobody is asked here')) }
  provider = createUportProvider({ requester, via: 'qr', networks: { '0x1': { rpc: 'http://127.0.0.1:9' } } })
  base = { provider, name: 'My wallet', rdns: 'com.example.wallet', window: new EventTarget() }
})
afterAll(() => provider.close())

function listen(window: EventTarget): CustomEvent[] {
  const heard: CustomEvent[] = []
  window.addEventListener('eip6963:announceProvider', (event) => {
    if (event instanceof CustomEvent) heard.push(event)
  })
  return heard
}

describe('announceProvider', () => {
  it('announces at once and on demand, until it is ended', () => {
    const window = new EventTarget()
    const heard = listen(window)
    const end = announceProvider({ ...base, window, random: (length) => new Uint8Array(length).fill(0xff) })
    window.dispatchEvent(new Event('eip6963:requestProvider'))
    end()
    window.dispatchEvent(new Event('eip6963:requestProvider'))
    expect(heard).toHaveLength(2)
    const detail = heard[1]?.detail
    expect(detail.provider).toBe(provider)
    expect(detail.info).toMatchObject({
      uuid: 'ffffffff-ffff-4fff-bfff-ffffffffffff',
      name: 'My wallet',
      rdns: 'com.example.wallet',
    })
    expect(Object.isFrozen(detail) && Object.isFrozen(detail.info)).toBe(true)
    const icon = decodeURIComponent(detail.info.icon)
    expect(icon).toMatch(/^data:image\/svg\+xml,<svg [^>]*width="96" height="96"/)
    expect(icon).not.toMatch(/script|href|url\(/)
  })

  it('gives each announcement an id of its own', () => {
    const window = new EventTarget()
    const heard = listen(window)
    announceProvider({ ...base, window })()
    announceProvider({ ...base, window })()
    const ids = heard.map(({ detail }) => detail.info.uuid)
    expect(new Set(ids).size).toBe(2)
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it.each<[string, Partial<AnnounceOptions>]>([
    ['an empty name', { name: '' }],
    ['a long name', { name: 'x'.repeat(65) }],
    ['a name that is no reversed domain', { rdns: 'wallet' }],
    ['a reversed domain with a space', { rdns: 'com.example wallet' }],
    ['an icon from a server', { icon: 'https://example.com/icon.png' }],
    ['an icon that is a page', { icon: 'data:text/html,x' }],
    ['a huge icon', { icon: `data:image/png;base64,${'A'.repeat(70_000)}` }],
  ])('refuses %s', (_, changes) => {
    expect(() => announceProvider({ ...base, ...changes })).toThrow(TypeError)
  })
})
