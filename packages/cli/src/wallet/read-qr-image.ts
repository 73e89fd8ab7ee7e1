import { decodeQr } from '@uport-kit/transport-qr'
import { PNG } from 'pngjs'
import { UsageError } from '../cli-error.ts'

/** 24 million: a photograph of a current phone. */
const MAX_PIXELS = 24_000_000

const SIGNATURE = '89504e470d0a1a0a'

/** The text of the first QR code in a PNG picture. @throws UsageError where there is none */
export function readQrImage(bytes: Buffer): string {
  if (bytes.length < 24 || bytes.subarray(0, 8).toString('hex') !== SIGNATURE) {
    throw new UsageError('The picture is no PNG: take a screenshot as PNG.')
  }
  // Read from the header before anything is unpacked: a small file may claim to be enormous. The reader would believe the
  // last of several headers.
  if (!hasOneHeader(bytes)) throw new UsageError('The picture is damaged: take it again.')
  if (bytes.readUInt32BE(16) * bytes.readUInt32BE(20) > MAX_PIXELS) {
    throw new UsageError('The picture has too many pixels: cut out the code.')
  }
  const text = decodeQr(unpack(bytes))
  if (text !== undefined) return text
  throw new UsageError('The picture shows no readable QR code: cut it out, or take it larger.')
}

/** Whether the chunk IHDR is the first one, and no other (PNG, section 5.6). */
function hasOneHeader(bytes: Buffer): boolean {
  for (let start = 8; start + 8 <= bytes.length; start += 12 + bytes.readUInt32BE(start)) {
    const isHeader = bytes.toString('latin1', start + 4, start + 8) === 'IHDR'
    if (isHeader !== (start === 8)) return false
  }
  return true
}

function unpack(bytes: Buffer): PNG {
  try {
    return PNG.sync.read(bytes)
  } catch (error) {
    throw new UsageError('The picture is damaged: take it again.', { cause: error })
  }
}
