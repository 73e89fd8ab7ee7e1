import { UportError } from '@uport-kit/core'
import { type QrImage, wholeNumber } from './encode-qr.ts'
import { halfBlockLines } from './half-blocks.ts'
import type { QrRenderer } from './qr-renderer.ts'

/** What the renderer needs of a terminal; `process.stdout` fits. */
export interface TerminalStream {
  write(text: string): unknown
  /** Absent: not a terminal, wide enough for everything. */
  readonly columns?: number | undefined
}

export interface TerminalOptions {
  /** Black and white by escape sequences, whatever the terminal's own colours are. Default true. */
  readonly colors?: boolean | undefined
  /** Without colours: true for dark text on a light terminal. */
  readonly invert?: boolean | undefined
  /** Light modules around the code, default 4; a narrow terminal gets fewer, 2 at least. */
  readonly quietZone?: number | undefined
  /** In a terminal too narrow for the code: print the link, or reject. Default `link`. */
  readonly narrow?: 'link' | 'reject' | undefined
}

const LEAST_QUIET_ZONE = 2
/** White on black from the colour cube, which themes leave alone. */
const WHITE_ON_BLACK = '\u001b[38;5;231;48;5;16m'
const BLACK_ON_WHITE = '\u001b[38;5;16;48;5;231m'
const RESET = '\u001b[0m'

/**
 * Shows codes in a terminal, two modules to a character. What was written scrolls away; closing erases nothing.
 *
 * The renderer rejects with UportError `QR_TERMINAL_TOO_NARROW` where `narrow` says so.
 */
export function terminalRenderer(stream: TerminalStream, options: TerminalOptions = {}): QrRenderer {
  const { colors = true, invert = false, narrow = 'link' } = options
  const quietZone = wholeNumber('quietZone', options.quietZone ?? 4, 0, 32)
  const least = Math.min(quietZone, LEAST_QUIET_ZONE)
  const fits = (qr: QrImage): boolean => qr.size + 2 * least <= (stream.columns ?? Number.POSITIVE_INFINITY)
  const render = (qr: QrImage): undefined => {
    const columns = stream.columns ?? Number.POSITIVE_INFINITY
    if (fits(qr)) {
      const margin = Math.max(least, Math.min(quietZone, Math.floor((columns - qr.size) / 2)))
      stream.write(picture(qr, margin, invert, colors))
      return
    }
    const needed = qr.size + 2 * least
    const advice = `the QR code needs ${needed} columns and the terminal has ${columns}`
    if (narrow === 'reject') {
      throw new UportError('QR_TERMINAL_TOO_NARROW', `${advice}; widen it`, { data: { columns, needed } })
    }
    stream.write(`${advice}; widen it and try again, or open this link:\n${printable(qr.text)}\n`)
  }
  return Object.assign(render, { fits })
}

function picture(qr: QrImage, quietZone: number, invert: boolean, colors: boolean): string {
  const lines = halfBlockLines(qr, quietZone, invert)
  const color = invert ? BLACK_ON_WHITE : WHITE_ON_BLACK
  return lines.map((line) => (colors ? `${color}${line}${RESET}\n` : `${line}\n`)).join('')
}

/** A link may come from a server: nothing in it may reach the terminal as a control sequence. */
function printable(text: string): string {
  return text.replace(/[^\u0021-\u007e]/gu, (character) =>
    /\p{Cs}/u.test(character) ? '%EF%BF%BD' : encodeURIComponent(character),
  )
}
