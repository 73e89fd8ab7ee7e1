import { describe, expect, it } from 'vitest'
import { decodeQr, rasterizeTerminal } from './index.ts'

const refused = (code: string) => expect.objectContaining({ name: 'UportError', code })

describe('decodeQr', () => {
  it('gives undefined for an image without a code', () => {
    expect(decodeQr({ width: 64, height: 64, data: new Uint8Array(64 * 64 * 4) })).toBeUndefined()
    expect(decodeQr({ width: 1, height: 1, data: new Uint8ClampedArray(3) })).toBeUndefined()
  })

  it.each([
    ['no width', { width: 0, height: 1, data: new Uint8Array(0) }],
    ['a fractional side', { width: 1.5, height: 2, data: new Uint8Array(9) }],
    ['a side that is no number', { width: Number.NaN, height: 1, data: new Uint8Array(3) }],
    ['missing bytes', { width: 10, height: 10, data: new Uint8Array(399) }],
    ['one byte per pixel', { width: 10, height: 10, data: new Uint8Array(100) }],
    ['a list instead of bytes', { width: 1, height: 1, data: [0, 0, 0] as unknown as Uint8Array }],
  ])('refuses %s', (_name, image) => {
    expect(() => decodeQr(image)).toThrow(refused('QR_IMAGE_INVALID'))
  })

  it('refuses a huge image before it looks at its bytes', () => {
    const image = { width: 2 ** 20, height: 2 ** 20, data: new Uint8Array(0) }
    expect(() => decodeQr(image)).toThrow(refused('QR_IMAGE_TOO_LARGE'))
  })
})

describe('rasterizeTerminal', () => {
  it('refuses a text without a code', () => {
    expect(() => rasterizeTerminal('')).toThrow(refused('QR_IMAGE_INVALID'))
    expect(() => rasterizeTerminal(`${' '.repeat(40)}\n`.repeat(40))).toThrow(refused('QR_IMAGE_INVALID'))
    expect(() => rasterizeTerminal('\u001b[')).toThrow(refused('QR_IMAGE_INVALID'))
    expect(() => rasterizeTerminal('\u001b]8;;')).toThrow(refused('QR_IMAGE_INVALID'))
  })

  it('refuses a text that is too long, and bounds the image of one that is not', () => {
    expect(() => rasterizeTerminal('█'.repeat(1_048_577))).toThrow(refused('QR_IMAGE_TOO_LARGE'))
    expect(() => rasterizeTerminal(`${'█'.repeat(513)}\n`.repeat(30))).toThrow(refused('QR_IMAGE_INVALID'))
    const { width, height } = rasterizeTerminal(`${'█'.repeat(512)}\n`.repeat(2000), { scale: 1 })
    expect([width, height]).toEqual([512, 512])
  })

  it('refuses an absurd scale', () => {
    expect(() => rasterizeTerminal('', { scale: 17 })).toThrow(TypeError)
  })
})
