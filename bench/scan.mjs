// How well codes are read: writes SCAN.md. The scanner's own decoder reads pictures that are computed, so the figures are the same on every
// machine; they compare sizes and settings, and say little of a certain camera.
//
// usage: npm run bench:scan

import { writeFileSync } from 'node:fs'
import { decodeQr, encodeQr } from '@uport-kit/transport-qr'
import { AnimatedDecoder, createAnimatedParts } from '@uport-kit/transport-qr/animated'
import {
  CONDITIONS,
  countRead,
  framesUntilRead,
  HAND,
  LAMP,
  linkOf,
  referenceLink,
  shareCaught,
} from './lib/scan-trials.mjs'

const codec = { encodeQr, decodeQr }
const moving = { createAnimatedParts, AnimatedDecoder }
const PICTURES = 5
const SIDES = [160, 240, 360, 480]
const FILM = { exposure: 1 / 30, seed: 1 }
const percent = (share) => `${Math.round(share * 100)} %`
const seconds = (value) => value.toFixed(1)

const table = (heads, rows) =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

function stillCodes() {
  const texts = [
    ['by reference', referenceLink()],
    ...[300, 500, 700, 1000, 1500, 2000].map((bytes) => ['inline', linkOf(bytes)]),
  ]
  const conditions = [...CONDITIONS, HAND]
  return table(
    ['code', 'bytes', 'modules', 'side, px', 'px a module', ...conditions.map(({ name }) => name)],
    texts.flatMap(([kind, text]) => {
      const { size } = encodeQr(text)
      return SIDES.map((side) => [
        kind,
        text.length,
        size,
        side,
        (side / size).toFixed(1),
        ...conditions.map((condition) =>
          percent(countRead(codec, text, { side, condition, pictures: PICTURES }) / PICTURES),
        ),
      ])
    }),
  )
}

/** By just so much, the rest as in a hand. */
function turnedCodes() {
  const angles = [0, 15, 30, 40, 45, 50, 60, 90, 180]
  const rows = [referenceLink(), linkOf(500), linkOf(1000)].map((text) => [
    text.length,
    ...angles.map((turn) => {
      const condition = { ...HAND, rotation: 0, turn }
      return percent(countRead(codec, text, { side: 360, condition, pictures: PICTURES }) / PICTURES)
    }),
  ])
  return table(['bytes', ...angles.map((turn) => `${turn}°`)], rows)
}

function corrections() {
  const rows = [500, 1000].flatMap((bytes) =>
    ['low', 'medium', 'quartile', 'high'].map((ecc) => {
      const text = linkOf(bytes)
      const cells = [HAND, LAMP].flatMap((condition) =>
        [240, 360, 480].map((side) =>
          percent(countRead(codec, text, { side, condition, ecc, pictures: 6 }) / 6),
        ),
      )
      return [bytes, ecc, encodeQr(text, { ecc }).size, ...cells]
    }),
  )
  const heads = [HAND, LAMP].flatMap(({ name }) => [240, 360, 480].map((side) => `${name}, ${side} px`))
  return table(['bytes', 'correction', 'modules', ...heads], rows)
}

function fragmentSizes() {
  const text = linkOf(3000)
  const rows = [100, 150, 200, 300, 400, 600].map((partBytes) => {
    const parts = createAnimatedParts(text, { partBytes })
    const cells = [160, 240, 360].map((side) => {
      const frames = Array.from({ length: 10 }, (_, index) => parts.part(index + 1))
      const read = frames.reduce(
        (sum, frame, index) =>
          sum + countRead(codec, frame, { side, condition: HAND, pictures: 1, from: index + 1 }),
        0,
      )
      const needed = read === 0 ? undefined : framesShown(text, partBytes, 1 - read / frames.length).mean
      return `${percent(read / frames.length)}, ${needed === undefined ? 'never' : `${seconds(needed / 5)} s`}`
    })
    return [partBytes, parts.count, encodeQr(parts.part(parts.count + 1)).size, ...cells]
  })
  return table(
    ['bytes a fragment', 'fragments', 'modules', ...[160, 240, 360].map((side) => `${side} px`)],
    rows,
  )
}

function framesShown(text, partBytes, lost, runs = 40) {
  const counts = Array.from({ length: runs }, (_, seed) =>
    framesUntilRead(moving, text, { partBytes, lost, seed }),
  )
  return { mean: counts.reduce((sum, count) => sum + count, 0) / runs, most: Math.max(...counts) }
}

function lostFrames() {
  const shares = [0, 0.1, 0.2, 0.3, 0.4, 0.5]
  const rows = [1500, 3000, 6000].map((bytes) => {
    const text = linkOf(bytes)
    const { count } = createAnimatedParts(text)
    return [
      bytes,
      count,
      ...shares.map((lost) => {
        const { mean, most } = framesShown(text, 200, lost)
        return `${mean.toFixed(0)} (${most}), ${seconds(mean / 5)} s`
      }),
    ]
  })
  return table(['bytes', 'fragments', ...shares.map(percent)], rows)
}

/** The whole way: each frame as a picture, some of them lost on top of those that are not read. */
function filmed() {
  const text = linkOf(1500)
  const see = (frame, sequence) => {
    const view = { side: 240, condition: HAND, pictures: 1, from: sequence }
    return countRead(codec, frame, view) === 1 ? frame : undefined
  }
  const rows = [0, 0.25, 0.5].map((lost) => {
    const shown = framesUntilRead(moving, text, { partBytes: 200, lost, seed: 3, see })
    return [percent(lost), shown, `${seconds(shown / 5)} s`]
  })
  return table(['lost', 'frames shown', 'at 5 a second'], rows)
}

function rates() {
  const text = linkOf(3000)
  const looks = [4, 6, 10, 15]
  const rows = [2, 3, 5, 8, 10, 15].map((framesPerSecond) => [
    framesPerSecond,
    ...looks.map((looksPerSecond) => {
      const caught = shareCaught({ ...FILM, framesPerSecond, looksPerSecond })
      if (caught < 0.02) return 'never'
      return `${percent(caught)}, ${seconds(framesShown(text, 200, 1 - caught).mean / framesPerSecond)} s`
    }),
  ])
  return table(['frames a second', ...looks.map((count) => `${count} looks a second`)], rows)
}

const begin = process.cpuUsage()
const page = `# How well codes are read

Written by \`npm run bench:scan\`. The decoder of the scanner reads pictures of a code on a screen as a camera at an arm's length gives
them: turned and tilted before a pinhole, blurred by the lens, with the sensor's noise. Everything random is seeded. A camera of
1280 x 720 that is held so that the code fills half of the frame's height sees it 360 pixels wide; 240 is a third.
A cell is the share of ${PICTURES} pictures that were read; a camera takes up to 15 a second, so one in five is enough.

## One code

"In a hand" is a blur of ${HAND.blur} px, noise of ${HAND.noise}, up to ${HAND.rotation}° turned and ${HAND.tilt}° tilted.

${stillCodes()}

**Inline limit, 1000 bytes**: the most that is read half a frame large, in a hand. What is longer goes by reference or moves; a reference
is read from twice as far away.

Turned by just so much, 360 px, otherwise as in a hand:

${turnedCodes()}

At 45° the decoder finds no code; the hand, or the person, turns it out of there.

## Error correction

${corrections()}

**Low**: more correction is more modules, and smaller ones. What it restores is lost before, and a lamp spoils no more of a code of low
correction than of another one.

## Bytes in a frame of a moving code

3000 bytes, in a hand: the share of frames that is read, and the time for the message at five frames a second.

${fragmentSizes()}

**200 bytes a fragment**: the most that is read from as far away as a reference, 160 px. Larger ones are faster for who stands
near.

## Lost frames

Frames shown until the message is there: the mean of 40 runs (and the most), and the time at five a second. Any frame stands in for
any other.

${lostFrames()}

The whole way, 1500 bytes in pictures of 240 px, in a hand, with frames lost besides:

${filmed()}

## Frames a second

The share of frames that a camera catches whole (it exposes for 33 ms; a frame that changes meanwhile is none), and the time for 3000 bytes. A
decoder in a worker looks 10 to 15 times a second on a computer, 4 to 6 times on a weak phone.

${rates()}

**5 frames a second**: the fastest way to a weak phone. With 10 looks a second, 10 frames would take half the time, and take
the weak one longer.
`
writeFileSync(new URL('./SCAN.md', import.meta.url), page)
console.log(page)
console.error(`${Math.round(process.cpuUsage(begin).user / 1e6)} s of CPU time; written to bench/SCAN.md`)
