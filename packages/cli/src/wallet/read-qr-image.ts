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
  // Read from the header before anything is unpacked: a small file may claim to be enormous.
  if (bytes.readUInt32BE(16) * bytes.readUInt32BE(20) > MAX_PIXELS) {
    throw new UsageError('The picture has too many pixels: cut out the code.')
  }
  const text = decodeQr(unpack(bytes))
  if (text !== undefined) return text
  throw new UsageError('The picture shows no readable QR code: cut it out, or take it larger.')
}

function unpack(bytes: Buffer): PNG {
  try {
    return PNG.sync.read(bytes)
  } catch (error) {
    throw new UsageError('The picture is damaged: take it again.', { cause: error })
  }
}
