import fc from 'fast-check'
import { PNG } from 'pngjs'
import { describe, expect, it } from 'vitest'
import { decodeQr, encodeQr, rasterizeTerminal, terminalRenderer, toPng, toSvg } from './index.ts'
import { rasterizeSvg } from './test-support/rasterize-svg.ts'

const uri = fc.webUrl({ withQueryParameters: true, withFragments: true, size: 'medium' })
const ecc = fc.constantFrom('low', 'medium', 'quartile', 'high' as const)
const RUNS = { numRuns: 25 }

describe('every URI', () => {
  it('comes back from a terminal', () => {
    fc.assert(
      fc.property(uri, ecc, fc.boolean(), fc.boolean(), (text, level, colors, invert) => {
        const written: string[] = []
        const stream = { write: (line: string) => written.push(line) }
        void terminalRenderer(stream, { colors, invert })(encodeQr(text, { ecc: level }), {})
        expect(decodeQr(rasterizeTerminal(written.join('')))).toBe(text)
      }),
      RUNS,
    )
  })

  it('comes back from an SVG and from a PNG', () => {
    fc.assert(
      fc.property(uri, ecc, fc.integer({ min: 2, max: 5 }), (text, level, scale) => {
        expect(decodeQr(rasterizeSvg(toSvg(text, { ecc: level }), scale))).toBe(text)
        const png = PNG.sync.read(Buffer.from(toPng(text, { ecc: level, scale })))
        expect(decodeQr({ width: png.width, height: png.height, data: png.data })).toBe(text)
      }),
      RUNS,
    )
  })
})

describe('hostile input', () => {
  it('gives undefined or a coded error, never another one', () => {
    const image = fc.record({
      width: fc.integer({ min: -1, max: 40 }),
      height: fc.integer({ min: -1, max: 40 }),
      data: fc.uint8Array({ maxLength: 4800 }),
    })
    fc.assert(
      fc.property(image, (value) => {
        try {
          decodeQr(value)
        } catch (error) {
          expect(error).toMatchObject({ code: 'QR_IMAGE_INVALID' })
        }
      }),
    )
  })

  it('never trips the reader of terminals', () => {
    const noise = fc.array(
      fc.constantFrom('█', '▀', '▄', ' ', '\n', '\r', '\u001b', '[', ']', 'm', '\u0007', 'é'),
      {
        maxLength: 2000,
      },
    )
    fc.assert(
      fc.property(noise, (characters) => {
        try {
          decodeQr(rasterizeTerminal(characters.join(''), { scale: 1 }))
        } catch (error) {
          expect(error).toMatchObject({ code: 'QR_IMAGE_INVALID' })
        }
      }),
    )
  })
})
