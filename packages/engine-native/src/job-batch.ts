import type { Secp256k1Engine } from '@uport-kit/core'

/** One question to an engine. */
export interface Job {
  /** `verify`, or the recovery id to recover with. */
  readonly ask: 'verify' | 0 | 1
  /** 64 bytes. */
  readonly signature: Uint8Array
  /** 32 bytes. */
  readonly digest: Uint8Array
  /** 33 or 65 bytes to verify with; not read to recover. */
  readonly publicKey: Uint8Array
}

/** What a question is answered with: a verdict, or a point in 65 bytes. */
export type Answer = boolean | Uint8Array | undefined

// A batch: the number of questions, 255 at most; each one's kind, key, signature and digest; then the keys, each after its length.
// An answer: whether there is one, and the point.
const SIGNATURE = 2
const DIGEST = SIGNATURE + 64
const JOB_BYTES = DIGEST + 32
const KEY_BYTES = 1 + 65
const ANSWER_BYTES = 1 + 65
const VERIFY = 2

/**
 * Questions as bytes, which threads hand over without copying. A key that several ask with is written once, so that an
 * engine that keeps what it parsed of an array parses it once.
 */
export function encodeJobs(jobs: readonly Job[]): Uint8Array<ArrayBuffer> {
  const keys = new Map<Uint8Array, number>()
  for (const { ask, publicKey } of jobs) {
    if (ask === 'verify' && !keys.has(publicKey)) keys.set(publicKey, keys.size)
  }
  const keysStart = 1 + jobs.length * JOB_BYTES
  const bytes = new Uint8Array(keysStart + keys.size * KEY_BYTES)
  bytes[0] = jobs.length
  for (const [index, { ask, signature, digest, publicKey }] of jobs.entries()) {
    const start = 1 + index * JOB_BYTES
    bytes[start] = ask === 'verify' ? VERIFY : ask
    bytes[start + 1] = keys.get(publicKey) ?? 0
    bytes.set(signature, start + SIGNATURE)
    bytes.set(digest, start + DIGEST)
  }
  for (const [key, index] of keys) {
    const start = keysStart + index * KEY_BYTES
    bytes[start] = key.length
    bytes.set(key, start + 1)
  }
  return bytes
}

/** Answers questions in their order. */
export function runJobs(bytes: Uint8Array, engine: Secp256k1Engine): Uint8Array<ArrayBuffer> {
  const count = bytes[0]!
  const keys = decodeKeys(bytes.subarray(1 + count * JOB_BYTES))
  const answers = new Uint8Array(count * ANSWER_BYTES)
  for (let index = 0; index < count; index++) {
    const start = 1 + index * JOB_BYTES
    const kind = bytes[start]
    const answer = runJob(engine, {
      ask: kind === VERIFY ? 'verify' : kind === 1 ? 1 : 0,
      signature: bytes.subarray(start + SIGNATURE, start + DIGEST),
      digest: bytes.subarray(start + DIGEST, start + JOB_BYTES),
      publicKey: keys[bytes[start + 1]!] ?? NO_KEY,
    })
    if (answer === undefined || answer === false) continue
    answers[index * ANSWER_BYTES] = 1
    if (answer !== true) answers.set(answer, index * ANSWER_BYTES + 1)
  }
  return answers
}

const NO_KEY = new Uint8Array(0)

function decodeKeys(bytes: Uint8Array): readonly Uint8Array[] {
  return Array.from({ length: bytes.length / KEY_BYTES }, (_, index) => {
    const start = index * KEY_BYTES + 1
    return bytes.subarray(start, start + bytes[start - 1]!)
  })
}

export function runJob(engine: Secp256k1Engine, { ask, signature, digest, publicKey }: Job): Answer {
  return ask === 'verify'
    ? engine.verify(signature, digest, publicKey)
    : engine.recover(signature, ask, digest)
}

/** The answer to the question at `index`. */
export function decodeAnswer(bytes: Uint8Array, index: number, ask: Job['ask']): Answer {
  const start = index * ANSWER_BYTES
  const found = bytes[start] === 1
  if (ask === 'verify') return found
  return found ? bytes.slice(start + 1, start + ANSWER_BYTES) : undefined
}
