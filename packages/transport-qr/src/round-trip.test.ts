import { PNG } from 'pngjs'
import { describe, expect, it } from 'vitest'
import {
  decodeQr,
  encodeQr,
  type QrImage,
  rasterizeTerminal,
  terminalRenderer,
  toPng,
  toSvg,
} from './index.ts'
import { rasterizeSvg } from './test-support/rasterize-svg.ts'

/** A text as long as a signed request: nothing in it repeats. */
function requestUri(bytes: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  let state = 1
  let text = 'https://login.example/req/'
  while (text.length < bytes) {
    state = (state * 48271) % 0x7fffffff
    text += alphabet[state % 64]
  }
  return text
}

const LENGTHS = [30, 120, 300, 650, 1000]

function shownInTerminal(qr: QrImage, options: Parameters<typeof terminalRenderer>[1] = {}): string {
  const written: string[] = []
  void terminalRenderer({ write: (text) => written.push(text) }, options)(qr, {})
  return written.join('')
}

describe.each(LENGTHS)('a request of %i bytes', (length) => {
  const uri = requestUri(length)

  it('comes back from a terminal', () => {
    expect(decodeQr(rasterizeTerminal(shownInTerminal(encodeQr(uri))))).toBe(uri)
  })

  it('comes back from an SVG', () => {
    expect(decodeQr(rasterizeSvg(toSvg(uri), 4))).toBe(uri)
  })

  it('comes back from a PNG', () => {
    const png = PNG.sync.read(Buffer.from(toPng(uri)))
    expect(decodeQr({ width: png.width, height: png.height, data: png.data })).toBe(uri)
  })
})

describe('a terminal', () => {
  const uri = requestUri(200)

  it.each([
    ['black and white by escape sequences', {}],
    ['its own colours, light on dark', { colors: false }],
    ['its own colours, dark on light', { colors: false, invert: true }],
    ['inverted, by escape sequences', { invert: true }],
    ['a narrow margin', { quietZone: 2 }],
  ])('shows a readable code with %s', (_name, options) => {
    expect(decodeQr(rasterizeTerminal(shownInTerminal(encodeQr(uri), options)))).toBe(uri)
  })

  it('is read past everything else on the screen, the last code first', () => {
    const first = shownInTerminal(encodeQr('https://login.example/first'))
    const last = shownInTerminal(encodeQr(uri))
    const screen = `$ npm start\r\n${first}\u001b]8;;https://a.example\u0007link\u001b]8;;\u001b\\\n${last.replaceAll('\n', '\r\n')}waiting \u001b7 ...\n`
    expect(decodeQr(rasterizeTerminal(screen))).toBe(uri)
  })
})

describe('two codes without a line between them', () => {
  it('are told apart', () => {
    const [first, last] = [requestUri(300), requestUri(100)]
    const screen = shownInTerminal(encodeQr(first)) + shownInTerminal(encodeQr(last))
    expect(decodeQr(rasterizeTerminal(screen))).toBe(last)
  })
})

describe('the codes themselves', () => {
  it('carry any text', () => {
    const text = 'Grüße, 世界 🔑'
    const png = PNG.sync.read(Buffer.from(toPng(text, { scale: 3, ecc: 'high' })))
    expect(decodeQr({ width: png.width, height: png.height, data: png.data })).toBe(text)
  })

  it('hold 2953 bytes and no more', () => {
    expect(encodeQr('a'.repeat(2953)).size).toBe(177)
    expect(() => encodeQr('a'.repeat(2954))).toThrow(expect.objectContaining({ code: 'QR_TOO_LARGE' }))
    expect(() => encodeQr('ä'.repeat(1477))).toThrow(
      expect.objectContaining({ data: { bytes: 2954, maxBytes: 2953 } }),
    )
    expect(() => encodeQr('x', { ecc: 'none' as 'low' })).toThrow(TypeError)
  })
})
