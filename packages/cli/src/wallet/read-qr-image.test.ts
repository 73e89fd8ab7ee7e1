import { crc32, deflateSync } from 'node:zlib'
import { encodeQr, toPng } from '@uport-kit/transport-qr'
import { describe, expect, it } from 'vitest'
import { UsageError } from '../cli-error.ts'
import { readQrImage } from './read-qr-image.ts'

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')

function chunk(type: string, data: Buffer): Buffer {
  const bytes = Buffer.alloc(12 + data.length)
  bytes.writeUInt32BE(data.length)
  bytes.write(type, 4, 'latin1')
  data.copy(bytes, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length)
  return bytes
}

/** Of a picture in shades of grey. */
function header(width: number, height: number): Buffer {
  const data = Buffer.alloc(13)
  data.writeUInt32BE(width)
  data.writeUInt32BE(height, 4)
  data[8] = 8
  return chunk('IHDR', data)
}

describe('a picture', () => {
  it('is read', () => {
    expect(readQrImage(Buffer.from(toPng(encodeQr('me.uport:x'))))).toBe('me.uport:x')
  })

  it('has one size: a second header does not say another, and nothing comes before the first', () => {
    const side = 6_000
    const pixels = chunk('IDAT', deflateSync(Buffer.alloc((side + 1) * side)))
    const end = chunk('IEND', Buffer.alloc(0))
    for (const chunks of [
      [header(100, 100), header(side, side), pixels, end],
      [chunk('tEXt', Buffer.alloc(13)), header(side, side), pixels, end],
      [header(side, side), pixels, end],
      [header(100, 100).subarray(0, 20)],
    ]) {
      const before = process.memoryUsage().arrayBuffers
      expect(() => readQrImage(Buffer.concat([SIGNATURE, ...chunks]))).toThrow(UsageError)
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1_048_576)
    }
  })
})
