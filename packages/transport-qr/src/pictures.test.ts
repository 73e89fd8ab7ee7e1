import { PNG } from 'pngjs'
import { describe, expect, it } from 'vitest'
import { encodeQr, toPng, toSvg } from './index.ts'

describe('toSvg', () => {
  it('escapes what comes from outside', () => {
    const svg = toSvg('x', { title: `"/><script>alert('1')&</script>\u0000\ud800`, dark: '"><b' })
    expect(svg).not.toContain('<script>')
    expect(svg).not.toContain('<b')
    expect(svg).toContain('<title>&quot;/&gt;&lt;script&gt;alert(&#39;1&#39;)&amp;&lt;/script&gt;</title>')
    expect(svg).toContain('stroke="&quot;&gt;&lt;b"')
  })

  it('keeps the words of a title in any language', () => {
    expect(toSvg('x', { title: 'Anmelden – 登录 👩‍💻' })).toContain('aria-label="Anmelden – 登录 👩‍💻"')
  })

  it('surrounds the code with the quiet zone', () => {
    expect(toSvg('x')).toContain('viewBox="0 0 29 29"')
    expect(toSvg('x', { quietZone: 0 })).toContain('viewBox="0 0 21 21"')
    expect(() => toSvg('x', { quietZone: -1 })).toThrow(TypeError)
  })

  it('draws a code that exists, and changes nothing about it', () => {
    const qr = encodeQr('https://login.example/')
    const before = structuredClone(qr)
    expect(toSvg(qr)).toBe(toSvg('https://login.example/'))
    expect(qr).toEqual(before)
  })
})

describe('toPng', () => {
  it('has the size of its modules, and light corners', () => {
    const png = PNG.sync.read(Buffer.from(toPng('x', { scale: 3, quietZone: 4 })))
    expect([png.width, png.height]).toEqual([87, 87])
    expect([...png.data.subarray(0, 4)]).toEqual([255, 255, 255, 255])
    const finder = (12 * 87 + 12) * 4
    expect([...png.data.subarray(finder, finder + 4)]).toEqual([0, 0, 0, 255])
  })

  it('is more than one stored block where it must be', () => {
    const bytes = toPng('a'.repeat(2953), { scale: 8 })
    expect(bytes.length).toBeGreaterThan(2 * 65_535)
    expect(PNG.sync.read(Buffer.from(bytes)).width).toBe((177 + 8) * 8)
  })

  it('refuses a scale that is no whole number in bounds', () => {
    for (const scale of [0, 33, 1.5, Number.NaN]) expect(() => toPng('x', { scale })).toThrow(TypeError)
  })
})
