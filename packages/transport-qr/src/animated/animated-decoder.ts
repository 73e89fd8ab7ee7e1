import { concatBytes, decodeUtf8 } from '@uport-kit/core'
import { crc32 } from '../crc32.ts'
import { decodeBytewords } from './bytewords.ts'
import { chooseFragments } from './choose-fragments.ts'
import { decodeByteString, decodeFountainPart, type FountainPart } from './fountain-part.ts'
import { FountainSolver } from './fountain-solver.ts'
import { MAX_FRAGMENTS, MAX_FRAME_CHARACTERS, MAX_MESSAGE_BYTES, MAX_MESSAGES } from './limits.ts'

/** What a frame came to. */
export type AnimatedProgress =
  /** No frame of a moving code, damaged, or beyond the limits. */
  | { readonly state: 'ignored' }
  /** How much of its message is known. */
  | { readonly state: 'partial'; readonly received: number; readonly count: number }
  /** The message; hostile until parsed. */
  | { readonly state: 'complete'; readonly text: string }

const HEADER = /^ur:bytes\/(?:([1-9]\d{0,8})-([1-9]\d?)\/)?([a-z]+)$/i
const IGNORED: AnimatedProgress = Object.freeze({ state: 'ignored' })

/**
 * Collects the frames of moving codes, in any order, with any of them missing, of several messages at once. A frame's
 * header is judged before anything is decoded, so a forged one costs microseconds; four messages of 64 fragments are
 * kept at most. A message that fails its checksum is forgotten, and collected anew.
 */
export class AnimatedDecoder {
  readonly #messages = new Map<string, FountainSolver>()

  /** Takes what a QR code says. Never throws. */
  receive(frame: string): AnimatedProgress {
    if (frame.length > MAX_FRAME_CHARACTERS) return IGNORED
    const [, sequence, count, body] = HEADER.exec(frame) ?? []
    if (body === undefined || Number(count ?? 1) > MAX_FRAGMENTS) return IGNORED
    const bytes = decodeBytewords(body.toLowerCase())
    if (bytes === undefined) return IGNORED
    if (sequence === undefined) return completed(bytes)
    const part = decodeFountainPart(bytes)
    if (part === undefined || part.sequence !== Number(sequence) || part.count !== Number(count))
      return IGNORED
    return isConsistent(part) ? this.#collect(part) : IGNORED
  }

  #collect(part: FountainPart): AnimatedProgress {
    const { count, messageLength, checksum, data } = part
    const key = `${count} ${messageLength} ${checksum} ${data.length}`
    const solver = this.#messages.get(key) ?? this.#begin(key, count)
    solver.add(chooseFragments(part.sequence, count, checksum), data)
    if (!solver.complete) return { state: 'partial', received: solver.rank, count }
    this.#messages.delete(key)
    const message = concatBytes(...solver.solve()).subarray(0, messageLength)
    return crc32(message) === checksum ? completed(message) : IGNORED
  }

  /** Makes room by forgetting the message of which least is known: a flood of first parts displaces only itself. */
  #begin(key: string, count: number): FountainSolver {
    if (this.#messages.size >= MAX_MESSAGES) {
      const [least] = [...this.#messages].sort(([, a], [, b]) => a.rank - b.rank)
      if (least !== undefined) this.#messages.delete(least[0])
    }
    const solver = new FountainSolver(count)
    this.#messages.set(key, solver)
    return solver
  }
}

/** Whether a message of that length has that many fragments of this length. */
function isConsistent({ count, messageLength, data }: FountainPart): boolean {
  if (messageLength === 0 || messageLength > MAX_MESSAGE_BYTES) return false
  return data.length > 0 && Math.ceil(messageLength / data.length) === count
}

function completed(message: Uint8Array): AnimatedProgress {
  const content = decodeByteString(message)
  const text = content === undefined ? undefined : decodeUtf8(content)
  return text === undefined ? IGNORED : { state: 'complete', text }
}
