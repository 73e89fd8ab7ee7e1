import { type OutgoingRequest, type RequestPublisher, UportError } from '@uport-kit/core'
import { add, assemble, provide, TOKENS } from '@uport-kit/core/di'
import { describe, expect, it } from 'vitest'
import { qrTransportModule } from './di/index.ts'
import { encodeQr, type QrImage, type QrRenderer, QrTransport, type QrView } from './index.ts'

function request(uri: string): OutgoingRequest {
  return {
    id: 'r1',
    jwt: 'a.b.c',
    replyMode: 'post',
    expiresAt: 1_700_000_000,
    uri: (form) => (form === 'legacy' ? `legacy:${uri}` : uri),
  }
}

/** Shows codes to the test. */
function screen(view?: QrView) {
  const shown: QrImage[] = []
  const render: QrRenderer = (qr) => {
    shown.push(qr)
    return view
  }
  return { render, shown, texts: () => shown.map((qr) => qr.text) }
}

/** Publishes under one short URI, and tells what is published still. */
function shelf(uri = 'https://relay.example/r/1#h') {
  const published = new Set<string>()
  const publisher: RequestPublisher = {
    publish: async ({ id }) => {
      published.add(id)
      const close = async () => void published.delete(id)
      return { uri, close, [Symbol.asyncDispose]: close }
    },
  }
  return { publisher, published }
}

const SHORT = 'https://login.example/req/a.b.c'
const LONG = `https://login.example/req/${'a'.repeat(1000)}`

describe('QrTransport', () => {
  it('shows a request that fits, and says that the reply is posted', async () => {
    const { render, texts } = screen()
    const { publisher, published } = shelf()
    await new QrTransport({ render, publisher }).deliver(request(SHORT))
    expect(texts()).toEqual([`${SHORT}?callback_type=post`])
    expect(published.size).toBe(0)
  })

  it.each([
    ['me.uport:req/a.b.c?x=1#f', 'me.uport:req/a.b.c?x=1&callback_type=post#f'],
    ['https://a.example/r/1#h?x', 'https://a.example/r/1?callback_type=post#h?x'],
    [`${SHORT}?callback_type=post`, `${SHORT}?callback_type=post`],
    [`${SHORT}?a=1&callback_type=post#f`, `${SHORT}?a=1&callback_type=post#f`],
    [`${SHORT}?not_callback_type=x`, `${SHORT}?not_callback_type=x&callback_type=post`],
  ])('writes the parameter once into %s', async (uri, expected) => {
    const { render, texts } = screen()
    await new QrTransport({ render }).deliver(request(uri))
    expect(texts()).toEqual([expected])
  })

  it('takes the form of URI that it was told', async () => {
    const { render, texts } = screen()
    await new QrTransport({ render, uriForm: 'legacy' }).deliver(request(SHORT))
    expect(texts()[0]).toMatch(/^legacy:/)
  })

  it('shows a reference to what does not fit, until it is closed', async () => {
    const { render, texts } = screen()
    const { publisher, published } = shelf()
    const delivery = await new QrTransport({ render, publisher }).deliver(request(LONG))
    expect(texts()).toEqual(['https://relay.example/r/1?callback_type=post#h'])
    expect(published.size).toBe(1)
    await delivery.close()
    expect(published.size).toBe(0)
  })

  it('moves where the publisher is away, and fails where it refuses or nothing can move', async () => {
    const away = new UportError('REQUEST_UNREACHABLE', 'away', { data: { tried: [] }, retryable: true })
    const refused = new UportError('REQUEST_UNREACHABLE', 'no', { data: { tried: [] } })
    const animated: string[] = []
    const animate = async (text: string) => {
      animated.push(text)
      return {}
    }
    const transport = (error: unknown, moving: boolean) =>
      new QrTransport({
        render: moving ? Object.assign(screen().render, { animate }) : screen().render,
        publisher: { publish: () => Promise.reject(error) },
      })
    await transport(away, true).deliver(request(LONG))
    expect(animated).toEqual([`${LONG}?callback_type=post`])
    await expect(transport(away, false).deliver(request(LONG))).rejects.toBe(away)
    await expect(transport(refused, true).deliver(request(LONG))).rejects.toBe(refused)
    const abort = new AbortController()
    const left = transport(away, true).deliver(request(LONG), { signal: abort.signal })
    abort.abort(new Error('left'))
    await expect(left).rejects.toThrow('left')
    expect(animated).toHaveLength(1)
  })

  it('shows a reference where the medium is too small for the request', async () => {
    const shown = screen()
    const render: QrRenderer = Object.assign(shown.render.bind(undefined), {
      fits: (qr: QrImage) => qr.size < 21,
    })
    const { publisher } = shelf()
    await new QrTransport({ render, publisher }).deliver(request(SHORT))
    expect(shown.texts()[0]).toContain('relay.example')
    await new QrTransport({ render }).deliver(request(SHORT))
    expect(shown.texts()[1]).toContain('login.example')
  })

  it('counts the bytes of the URI as it is shown', async () => {
    const { render } = screen()
    const uri = `https://login.example/${'a'.repeat(100)}`
    const exact = uri.length + '?callback_type=post'.length
    await new QrTransport({ render, inlineLimit: exact }).deliver(request(uri))
    await expect(
      new QrTransport({ render, inlineLimit: exact - 1 }).deliver(request(uri)),
    ).rejects.toMatchObject({
      code: 'QR_TOO_LARGE',
      data: { bytes: exact, maxBytes: exact - 1 },
    })
  })

  it('names both remedies where nothing fits', async () => {
    const { render, shown } = screen()
    const error = await new QrTransport({ render }).deliver(request(LONG)).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'QR_TOO_LARGE' })
    expect(String(error)).toMatch(/publisher.*ask for less/)
    expect(shown).toEqual([])
  })

  it('takes back what it published when showing fails', async () => {
    const { publisher, published } = shelf()
    const cause = new Error('no screen')
    const render = () => Promise.reject(cause)
    await expect(new QrTransport({ render, publisher }).deliver(request(LONG))).rejects.toBe(cause)
    expect(published.size).toBe(0)
  })

  it('refuses a reference that is itself too long', async () => {
    const { render } = screen()
    const { publisher, published } = shelf(`https://relay.example/${'r'.repeat(3000)}`)
    await expect(new QrTransport({ render, publisher }).deliver(request(LONG))).rejects.toMatchObject({
      code: 'QR_TOO_LARGE',
    })
    expect(published.size).toBe(0)
  })

  it('shows nothing once it is cancelled', async () => {
    const { render, shown } = screen()
    const reason = new Error('enough')
    const aborted = AbortSignal.abort(reason)
    await expect(new QrTransport({ render }).deliver(request(SHORT), { signal: aborted })).rejects.toBe(
      reason,
    )

    const { publisher, published } = shelf()
    const controller = new AbortController()
    const late: RequestPublisher = {
      publish: async (one) => {
        const result = await publisher.publish(one)
        controller.abort(reason)
        return result
      },
    }
    const delivering = new QrTransport({ render, publisher: late }).deliver(request(LONG), {
      signal: controller.signal,
    })
    await expect(delivering).rejects.toBe(reason)
    expect(published.size).toBe(0)
    expect(shown).toEqual([])
  })

  it('closes the view once, and what was published even if the view fails', async () => {
    let closed = 0
    const { render } = screen({ close: () => void closed++ })
    const delivery = await new QrTransport({ render }).deliver(request(SHORT))
    await Promise.all([delivery.close(), delivery[Symbol.asyncDispose]()])
    expect(closed).toBe(1)

    const { publisher, published } = shelf()
    const failing = screen({ close: () => Promise.reject(new Error('stuck')) })
    const other = await new QrTransport({ render: failing.render, publisher }).deliver(request(LONG))
    await expect(other.close()).rejects.toThrow('stuck')
    expect(published.size).toBe(0)
  })

  it('tells when the person closes it, and when the view breaks', async () => {
    const { render } = screen({ dismissed: Promise.resolve() })
    expect(await (await new QrTransport({ render }).deliver(request(SHORT))).ended).toEqual({
      reason: 'dismissed',
    })
    const cause = new Error('window gone')
    const broken = screen({ dismissed: Promise.reject(cause) })
    const delivery = await new QrTransport({ render: broken.render }).deliver(request(SHORT))
    expect(await delivery.ended).toEqual({ reason: 'unreachable', cause })
  })

  it('refuses options that cannot work', () => {
    const { render } = screen()
    expect(() => new QrTransport({ render: undefined as unknown as QrRenderer })).toThrow(TypeError)
    expect(() => new QrTransport({ render, inlineLimit: 2954 })).toThrow(TypeError)
  })
})

describe('qrTransportModule', () => {
  it('adds the transport, with the application’s publisher', async () => {
    const { render, texts } = screen()
    const { publisher } = shelf()
    const app = assemble(qrTransportModule({ render }), provide(TOKENS.RequestPublisher, publisher))
    const [transport] = app.getAll(TOKENS.Transport)
    await transport?.deliver(request(LONG))
    expect(texts()[0]).toContain('relay.example')
  })

  it('works without one', () => {
    const { render } = screen()
    const other = new QrTransport({ render })
    const app = assemble(qrTransportModule({ render }), add(TOKENS.Transport, other))
    expect(app.getAll(TOKENS.Transport).map(({ id }) => id)).toEqual(['qr', 'qr'])
    expect(encodeQr('x').size).toBe(21)
  })
})
