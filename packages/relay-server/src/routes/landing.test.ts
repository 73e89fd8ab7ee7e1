import { ManualClock } from '@uport-kit/core'
import { decodeQr } from '@uport-kit/transport-qr'
import { describe, expect, it } from 'vitest'
import { createRelayApp, type RelayAppOptions } from '../relay-app.ts'
import { parseRelayCommand } from '../relay-config.ts'
import type { RelayEvent } from '../relay-log.ts'
import { startRelayServer } from '../relay-server.ts'
import { memoryTopicStore } from '../stores/memory-topic-store.ts'

const JWT = 'eyJhbGciOiJFUzI1NksifQ.eyJpc3MiOiIyIn0.c2ln'

function createApp(options: Partial<RelayAppOptions> = {}) {
  const clock = new ManualClock(1_700_000_000)
  const events: RelayEvent[] = []
  const log = (event: RelayEvent) => void events.push(event)
  const app = createRelayApp({ store: memoryTopicStore({ clock }), clock, log, landing: true, ...options })
  return { get: (path: string) => app.request(path), events }
}

/** Paints the bars of the page's code, as a browser would. */
function codeOf(html: string): string | undefined {
  const side = Number(/viewBox="0 0 (\d+) \1"/.exec(html)?.[1])
  const scale = 4
  const width = side * scale
  const data = new Uint8Array(width * width * 3).fill(255)
  for (const [, x, y, length] of html.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g))
    for (let line = 0; line < scale; line++) {
      const at = ((Number(y) * scale + line) * width + Number(x) * scale) * 3
      data.fill(0, at, at + Number(length) * scale * 3)
    }
  return decodeQr({ width, height: width, data })
}

describe('the landing page', () => {
  it('is there where it is asked for', async () => {
    expect((await createApp({ landing: false }).get(`/req/${JWT}`)).status).toBe(404)
    expect((await createApp({ landing: undefined }).get(`/req/${JWT}`)).status).toBe(404)
  })

  it('is served by the command where a flag says so', async () => {
    const command = parseRelayCommand(['--memory', '--landing'])
    expect(command).toMatchObject({ kind: 'run', config: { landing: true } })
    await using server = await startRelayServer({ landing: true })
    const answer = await fetch(`${server.url}/req/${JWT}`)
    expect(answer.headers.get('content-type')).toBe('text/html; charset=UTF-8')
  })

  it('leads to the wallet, by link and by code', async () => {
    const answer = await createApp().get(`/req/${JWT}?callback_type=post&x=%3Cscript%3E`)
    const html = await answer.text()
    const link = `me.uport:req/${JWT}?callback_type=post`
    expect(answer.status).toBe(200)
    expect(html).toContain(`<a href="${link}">`)
    expect(html).not.toContain('script')
    expect(codeOf(html)).toBe(link)
  })

  it('shows no code where another device could not answer, or none could read it', async () => {
    const redirect = await (await createApp().get(`/req/${JWT}?callback_type=redirect`)).text()
    expect(redirect).toContain(`me.uport:req/${JWT}?callback_type=redirect`)
    expect(redirect).not.toContain('<svg')
    const long = await (await createApp().get(`/req/a.${'b'.repeat(2000)}.c`)).text()
    expect(long).toContain(`me.uport:req/a.${'b'.repeat(2000)}.c`)
    expect(long).not.toContain('<svg')
  })

  it('may load and run nothing, be framed by nobody, and is kept by nobody', async () => {
    const { headers } = await createApp().get(`/req/${JWT}`)
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]+='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    )
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })

  it.each([
    ['markup', `/req/${encodeURIComponent('<script>alert(1)</script>')}`],
    ['a quote', `/req/${encodeURIComponent('a.b"onclick="x.c')}`],
    ['two parts', '/req/a.b'],
    ['four parts', '/req/a.b.c.d'],
    ['no signature', '/req/a.b.'],
    ['a line break', '/req/a.b.c%0A'],
    ['more than 8000 characters', `/req/a.${'b'.repeat(8000)}.c`],
    ['another way to reply', `/req/${JWT}?callback_type=javascript:alert(1)`],
  ])('reflects nothing of an address with %s', async (_name, path) => {
    const { get, events } = createApp()
    const answer = await get(path)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toEqual({ status: 'error', code: 'PARAMETER_INVALID' })
    expect(events).toEqual([])
  })

  it('is counted with the rest of an address', async () => {
    const { get } = createApp({ limits: { addressBurst: 1, addressPerSecond: 0.001 } })
    expect((await get(`/req/${JWT}`)).status).toBe(200)
    expect((await get(`/req/${JWT}`)).status).toBe(429)
  })

  it('logs nothing', async () => {
    const { get, events } = createApp()
    await get(`/req/${JWT}`)
    expect(events).toEqual([])
  })
})
