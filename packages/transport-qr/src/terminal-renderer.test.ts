import { describe, expect, it } from 'vitest'
import { encodeQr, terminalRenderer } from './index.ts'

function terminal(columns: number | undefined) {
  const written: string[] = []
  return { columns, write: (text: string) => void written.push(text), text: () => written.join('') }
}

const widths = (text: string) =>
  new Set(
    text
      .trimEnd()
      .split('\n')
      .map((line) => line.length),
  )

describe('terminalRenderer', () => {
  const qr = encodeQr('https://login.example/')

  it('draws two modules to a character', async () => {
    const screen = terminal(80)
    await terminalRenderer(screen, { colors: false })(qr, {})
    expect(widths(screen.text())).toEqual(new Set([qr.size + 8]))
    expect(screen.text().split('\n')).toHaveLength(Math.ceil((qr.size + 8) / 2) + 1)
  })

  it('sets its colours by itself on every line, and resets them', async () => {
    const screen = terminal(undefined)
    await terminalRenderer(screen)(qr, {})
    const lines = screen.text().trimEnd().split('\n')
    expect(
      lines.every((line) => line.startsWith('\u001b[38;5;231;48;5;16m') && line.endsWith('\u001b[0m')),
    ).toBe(true)
  })

  it('narrows the margin before it gives up', async () => {
    const screen = terminal(qr.size + 5)
    const render = terminalRenderer(screen, { colors: false })
    expect(render.fits?.(qr)).toBe(true)
    await render(qr, {})
    expect(widths(screen.text())).toEqual(new Set([qr.size + 4]))
  })

  it('prints the link where the code does not fit', async () => {
    const screen = terminal(qr.size + 3)
    const render = terminalRenderer(screen)
    expect(render.fits?.(qr)).toBe(false)
    await render(qr, {})
    expect(screen.text()).toContain(`needs ${qr.size + 4} columns`)
    expect(screen.text()).toContain('\nhttps://login.example/\n')
  })

  it('lets no control sequence of a link through', async () => {
    const screen = terminal(10)
    await terminalRenderer(screen)(encodeQr('https://a.example/\u001b]0;x\u0007\n\u009bé'), {})
    expect(screen.text()).toContain('\nhttps://a.example/%1B]0;x%07%0A%C2%9B%C3%A9\n')
  })

  it('rejects instead where it is told to', () => {
    const render = terminalRenderer(terminal(10), { narrow: 'reject' })
    expect(() => render(qr, {})).toThrow(
      expect.objectContaining({ code: 'QR_TERMINAL_TOO_NARROW', data: { columns: 10, needed: qr.size + 4 } }),
    )
  })
})
