// One cell of the table of scans: the same text in some pictures, and how many of them are read.

import { randomOf, takePicture } from './camera-picture.mjs'

/**
 * What makes reading hard. Angles are the most that a hand's are; each picture has some of its own up to them.
 *
 * @typedef {object} Condition
 * @property {string} name
 * @property {number} [blur]
 * @property {number} [noise]
 * @property {number} [rotation]
 * @property {number} [tilt]
 * @property {number} [glare]
 * @property {number} [turn] in the plane, by just so many degrees
 */

/** @type {readonly Condition[]} */
export const CONDITIONS = [
  { name: 'clear' },
  { name: 'blur 1 px', blur: 1 },
  { name: 'blur 2 px', blur: 2 },
  { name: 'noise 20', noise: 20 },
  { name: 'turned to 20°', rotation: 20 },
  { name: 'tilted to 20°', tilt: 20 },
]
/** All at once, a little: a phone held in a hand. */
export const HAND = { name: 'in a hand', blur: 0.8, noise: 8, rotation: 8, tilt: 12 }
/** ... and a lamp reflected by the screen, over a sixth of the code's side. */
export const LAMP = { ...HAND, name: 'in a hand, a lamp reflected', glare: 1 / 6 }

/**
 * @param {{ encodeQr: Function, decodeQr: Function }} codec
 * @param {string} text
 * @param {{ side: number, condition: Condition, pictures: number, ecc?: string, from?: number }} cell
 * @returns {number} how many of the pictures give the text
 */
export function countRead({ encodeQr, decodeQr }, text, { side, condition, pictures, ecc, from = 1 }) {
  const code = encodeQr(text, { ecc })
  let read = 0
  for (let seed = from; seed < from + pictures; seed++)
    if (decodeQr(takePicture(code, viewOf(condition, side, seed))) === text) read++
  return read
}

function viewOf({ blur, noise, glare, rotation = 0, tilt = 0, turn = 0 }, side, seed) {
  const random = randomOf(seed * 7919)
  const some = (most) => most * (2 * random() - 1)
  return { side, blur, noise, glare, rotation: turn + some(rotation), tilt: some(tilt), seed }
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/**
 * A link as long as that, of what a JWT is written in.
 *
 * @param {number} bytes
 */
export function linkOf(bytes) {
  const random = randomOf(bytes)
  const head = 'me.uport:req/'
  const tail = '?callback_type=post'
  const letters = Array.from(
    { length: bytes - head.length - tail.length },
    () => LETTERS[Math.floor(random() * 64)],
  )
  return `${head}${letters.join('')}${tail}`
}

/** A link by reference: where it was published, and its hash. */
export function referenceLink() {
  const letters = (seed) => linkOf(32 + 43 + seed).slice(13, 13 + 43)
  return `https://relay.example/r/${letters(1)}?callback_type=post#${letters(2)}`
}

/**
 * Shows frames of a moving code until the message is there.
 *
 * @param {{ createAnimatedParts: Function, AnimatedDecoder: new () => { receive(frame: string): { state: string } } }} codec
 * @param {string} text
 * @param {{ partBytes: number, lost: number, seed: number, see?: (frame: string, sequence: number) => string | undefined }} show
 * `lost`: share of frames that are not caught; `see`: what a camera makes of a frame
 * @returns {number} frames shown
 */
export function framesUntilRead(codec, text, { partBytes, lost, seed, see = (frame) => frame }) {
  const random = randomOf(seed)
  const parts = codec.createAnimatedParts(text, { partBytes })
  const decoder = new codec.AnimatedDecoder()
  // A person begins to film somewhere.
  const first = 1 + Math.floor(random() * 1000)
  for (let shown = 1; shown <= 10_000; shown++) {
    if (random() < lost) continue
    const frame = see(parts.part(first + shown), first + shown)
    if (frame !== undefined && decoder.receive(frame).state === 'complete') return shown
  }
  throw new Error('the message did not come together')
}

/**
 * The share of frames that a camera catches whole: it looks so many times a second, for so long each time, and a frame that changes
 * meanwhile is none.
 *
 * @param {{ framesPerSecond: number, looksPerSecond: number, exposure: number, seed: number }} times
 */
export function shareCaught({ framesPerSecond, looksPerSecond, exposure, seed }) {
  const random = randomOf(seed)
  const caught = new Set()
  const seconds = 200
  for (let look = 0; look < seconds * looksPerSecond; look++) {
    // Looks come when the last picture is decoded, which is never as regular as a clock.
    const begin = (look + random() * 0.5) / looksPerSecond
    const frame = Math.floor(begin * framesPerSecond)
    if (Math.floor((begin + exposure) * framesPerSecond) === frame) caught.add(frame)
  }
  return caught.size / (seconds * framesPerSecond)
}
