import { crc32, uint32 } from './crc32.ts'
import { asQrImage, type EncodeOptions, type QrImage, wholeNumber } from './encode-qr.ts'

export interface PngOptions extends EncodeOptions {
  /** Pixels along one side of a module: 1 to 32, default 8. */
  readonly scale?: number | undefined
  /** Light modules around the code; the standard asks for 4. */
  readonly quietZone?: number | undefined
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
/** The longest stored block of DEFLATE (RFC 1951, section 3.2.4). */
const MAX_STORED = 0xffff

/**
 * Draws a code as a PNG of one bit per pixel (W3C PNG, third edition). Its pixels are stored, not compressed: a code
 * of usual size takes some ten kilobytes, and no runtime needs a compressor.
 *
 * @param source a text, or a code that exists
 * @throws UportError `QR_TOO_LARGE`
 */
export function toPng(source: string | QrImage, options: PngOptions = {}): Uint8Array {
  const qr = asQrImage(source, options)
  const scale = wholeNumber('scale', options.scale ?? 8, 1, 32)
  const quietZone = wholeNumber('quietZone', options.quietZone ?? 4, 0, 32)
  const side = (qr.size + 2 * quietZone) * scale
  return concat([
    SIGNATURE,
    chunk('IHDR', concat([uint32(side), uint32(side), Uint8Array.of(1, 0, 0, 0, 0)])),
    chunk('IDAT', zlibStored(scanlines(qr, side, scale, quietZone))),
    chunk('IEND', new Uint8Array(0)),
  ])
}

/** Filter type 0 and the packed pixels of each line; a set bit is light. */
function scanlines(qr: QrImage, side: number, scale: number, quietZone: number): Uint8Array {
  const stride = 1 + Math.ceil(side / 8)
  const lines = new Uint8Array(stride * side).fill(0xff)
  for (let y = 0; y < side; y++) lines[y * stride] = 0
  for (const [y, row] of qr.rows.entries()) {
    const line = packedLine(row, stride, scale, quietZone)
    const first = (y + quietZone) * scale
    for (let copy = 0; copy < scale; copy++) lines.set(line, (first + copy) * stride)
  }
  return lines
}

function packedLine(row: readonly boolean[], stride: number, scale: number, quietZone: number): Uint8Array {
  const line = new Uint8Array(stride).fill(0xff)
  line[0] = 0
  for (const [x, dark] of row.entries()) {
    if (!dark) continue
    const first = (x + quietZone) * scale
    for (let pixel = first; pixel < first + scale; pixel++) {
      const at = 1 + (pixel >> 3)
      line[at] = (line[at] ?? 0) & ~(0x80 >> (pixel & 7))
    }
  }
  return line
}

/** A zlib stream (RFC 1950) of stored blocks. */
function zlibStored(data: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x78, 0x01)]
  for (let at = 0; at < data.length; at += MAX_STORED) {
    const block = data.subarray(at, at + MAX_STORED)
    const last = at + MAX_STORED >= data.length ? 1 : 0
    const length = block.length
    parts.push(Uint8Array.of(last, length & 0xff, length >> 8, ~length & 0xff, (~length >> 8) & 0xff), block)
  }
  parts.push(uint32(adler32(data)))
  return concat(parts)
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = concat([new TextEncoder().encode(type), data])
  return concat([uint32(data.length), body, uint32(crc32(body))])
}

function adler32(bytes: Uint8Array): number {
  let a = 1
  let b = 0
  for (const byte of bytes) {
    a = (a + byte) % 65521
    b = (b + a) % 65521
  }
  return ((b << 16) | a) >>> 0
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
