import type { Secp256k1Engine } from '@uport-kit/core'

/** One question to an engine. */
export interface Job {
  /** `verify`, or the recovery id to recover with. */
  readonly ask: 'verify' | 0 | 1
  /** 64 bytes. */
  readonly signature: Uint8Array
  /** 32 bytes. */
  readonly digest: Uint8Array
  /** 33 or 65 bytes to verify with; empty to recover. */
  readonly publicKey: Uint8Array
}

/** What a question is answered with: a verdict, or a point in 65 bytes. */
export type Answer = boolean | Uint8Array | undefined

// A question: what is asked, length of the key, signature, digest, key. An answer: whether there is one, and the point.
const SIGNATURE = 2
const DIGEST = SIGNATURE + 64
const KEY = DIGEST + 32
const JOB_BYTES = KEY + 65
const ANSWER_BYTES = 1 + 65
const VERIFY = 2

/** Questions as bytes, which threads hand over without copying. */
export function encodeJobs(jobs: readonly Job[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(jobs.length * JOB_BYTES)
  for (const [index, { ask, signature, digest, publicKey }] of jobs.entries()) {
    const start = index * JOB_BYTES
    bytes[start] = ask === 'verify' ? VERIFY : ask
    bytes[start + 1] = publicKey.length
    bytes.set(signature, start + SIGNATURE)
    bytes.set(digest, start + DIGEST)
    bytes.set(publicKey, start + KEY)
  }
  return bytes
}

/** Answers questions in their order. */
export function runJobs(bytes: Uint8Array, engine: Secp256k1Engine): Uint8Array<ArrayBuffer> {
  const count = bytes.length / JOB_BYTES
  const answers = new Uint8Array(count * ANSWER_BYTES)
  for (let index = 0; index < count; index++) {
    const job = bytes.subarray(index * JOB_BYTES, (index + 1) * JOB_BYTES)
    const answer = runJob(engine, {
      ask: job[0] === VERIFY ? 'verify' : job[0] === 1 ? 1 : 0,
      signature: job.subarray(SIGNATURE, DIGEST),
      digest: job.subarray(DIGEST, KEY),
      publicKey: job.subarray(KEY, KEY + job[1]!),
    })
    if (answer === undefined || answer === false) continue
    answers[index * ANSWER_BYTES] = 1
    if (answer !== true) answers.set(answer, index * ANSWER_BYTES + 1)
  }
  return answers
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
