import { UportError } from '@uport-kit/core'
import encode from 'qr'

/** How much of a damaged code can be restored: 7, 15, 25 or 30 per cent. */
export type ErrorCorrection = 'low' | 'medium' | 'quartile' | 'high'

export interface EncodeOptions {
  /**
   * Default `low`: fewer modules are read from further away, and a lamp on the screen spoils no more of them (bench/SCAN.md, "Error
   * correction").
   */
  readonly ecc?: ErrorCorrection | undefined
}

/** A QR code (ISO/IEC 18004) as modules, without its quiet zone. */
export interface QrImage {
  readonly text: string
  /** Modules along one side: 21 to 177. */
  readonly size: number
  /** The modules, row by row; true is dark. */
  readonly rows: readonly (readonly boolean[])[]
}

/** Bytes of UTF-8 that the largest code holds (version 40, byte mode). */
const CAPACITY: Readonly<Record<ErrorCorrection, number>> = {
  low: 2953,
  medium: 2331,
  quartile: 1663,
  high: 1273,
}

/**
 * Encodes a text in the smallest code that holds it.
 *
 * @throws UportError `QR_TOO_LARGE`
 */
export function encodeQr(text: string, { ecc = 'low' }: EncodeOptions = {}): QrImage {
  const maxBytes = CAPACITY[ecc]
  if (maxBytes === undefined) throw new TypeError('ecc is one of low, medium, quartile and high')
  const bytes = utf8Length(text)
  if (bytes > maxBytes) {
    throw new UportError(
      'QR_TOO_LARGE',
      `${bytes} bytes are more than a QR code holds (${maxBytes}); shorten the text`,
      {
        data: { bytes, maxBytes },
      },
    )
  }
  const rows = withoutBorder(encode(text, 'raw', { ecc, border: 1 })).map(withoutBorder)
  return { text, size: rows.length, rows }
}

/** The encoder draws one light module at least around each code. */
function withoutBorder<Entry>(entries: readonly Entry[]): readonly Entry[] {
  return entries.slice(1, -1)
}

/** Bytes that the text takes in UTF-8. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length
}

/** Lets every picture be drawn from a text or from a code that exists. */
export function asQrImage(source: string | QrImage, options?: EncodeOptions): QrImage {
  return typeof source === 'string' ? encodeQr(source, options) : source
}

/** Checks a whole number among the options of a picture. */
export function wholeNumber(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw new TypeError(`${name} is a whole number from ${min} to ${max}`)
}
