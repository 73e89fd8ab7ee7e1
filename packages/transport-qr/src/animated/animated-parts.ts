import { concatBytes, encodeUtf8, UportError } from '@uport-kit/core'
import { crc32 } from '../crc32.ts'
import { wholeNumber } from '../encode-qr.ts'
import { encodeBytewords } from './bytewords.ts'
import { chooseFragments } from './choose-fragments.ts'
import { encodeByteString, encodeFountainPart } from './fountain-part.ts'
import { MAX_FRAGMENTS, MAX_MESSAGE_BYTES, MAX_SEQUENCE } from './limits.ts'

export interface AnimatedOptions {
  /**
   * Bytes of the message in one frame, 10 to 1000; a longer message than 64 of them takes more. Default 200: the most that is read
   * from as far away as a reference (bench/SCAN.md, "Bytes in a frame").
   */
  readonly partBytes?: number | undefined
}

/** A text as the frames of a moving QR code: any frames will do, once there are enough of them. */
export interface AnimatedParts {
  /** Frames that suffice where none is lost. With one, the code stands still. */
  readonly count: number
  /**
   * One frame, in uppercase: QR codes hold that in fewer modules. Numbers never run out, and each frame tells
   * something else; show them upwards from 1.
   *
   * @param sequence 1 to 999,999,999
   */
  part(sequence: number): string
}

/**
 * Splits a text into frames: multi-part UR of type `bytes` (Blockchain Commons BCR-2020-005 and BCR-2024-001).
 *
 * @throws UportError `QR_TOO_LARGE` above 65,536 bytes
 */
export function createAnimatedParts(text: string, options: AnimatedOptions = {}): AnimatedParts {
  const partBytes = wholeNumber('partBytes', options.partBytes ?? 200, 10, 1000)
  const message = encodeByteString(encodeUtf8(text))
  if (message.length > MAX_MESSAGE_BYTES) throw tooLarge(message.length)
  const whole = `ur:bytes/${encodeBytewords(message)}`.toUpperCase()
  const fragments = split(message, Math.max(partBytes, Math.ceil(message.length / MAX_FRAGMENTS)))
  const count = fragments.length
  const checksum = crc32(message)
  return Object.freeze({
    count,
    part(sequence: number): string {
      wholeNumber('sequence', sequence, 1, MAX_SEQUENCE)
      if (count === 1) return whole
      const data = mix(fragments, chooseFragments(sequence, count, checksum))
      const part = encodeFountainPart({ sequence, count, messageLength: message.length, checksum, data })
      return `ur:bytes/${sequence}-${count}/${encodeBytewords(part)}`.toUpperCase()
    },
  })
}

/** Equally long fragments of at most `maxBytes`; the last one is filled up with zeros. */
function split(message: Uint8Array, maxBytes: number): readonly Uint8Array[] {
  const length = Math.ceil(message.length / Math.ceil(message.length / maxBytes))
  const count = Math.ceil(message.length / length)
  const padded = concatBytes(message, new Uint8Array(count * length - message.length))
  return Array.from({ length: count }, (_, index) => padded.slice(index * length, (index + 1) * length))
}

function mix(fragments: readonly Uint8Array[], chosen: readonly number[]): Uint8Array {
  const mixed = new Uint8Array(fragments[0]?.length ?? 0)
  for (const index of chosen)
    for (const [at, byte] of (fragments[index] ?? []).entries()) mixed[at] = (mixed[at] ?? 0) ^ byte
  return mixed
}

function tooLarge(bytes: number): UportError<'QR_TOO_LARGE'> {
  return new UportError(
    'QR_TOO_LARGE',
    `${bytes} bytes are more than a moving QR code holds (${MAX_MESSAGE_BYTES}); ask for less`,
    { data: { bytes, maxBytes: MAX_MESSAGE_BYTES } },
  )
}
