// What a camera sees of a code on a screen: the plane of the screen is turned and tilted before a pinhole, each pixel gathers light over
// its area, the lens blurs, the sensor adds noise. Everything random comes from a seed.

/**
 * @typedef {object} View
 * @property {number} side pixels along the code's side, its margin not counted, where it faces the camera
 * @property {number} [blur] standard deviation of the lens's blur, in pixels
 * @property {number} [noise] standard deviation of the sensor's noise, in levels of 255
 * @property {number} [rotation] in the plane, in degrees
 * @property {number} [tilt] of the screen away from the camera, in degrees
 * @property {number} [glare] share of the code's side that a reflection covers, in its middle
 * @property {number} seed
 */

/**
 * @typedef {object} Code
 * @property {number} size modules along one side
 * @property {readonly (readonly boolean[])[]} rows the modules; true is dark
 */

/** Modules of margin around a code, as the standard wants. */
const MARGIN = 4
/** What a camera makes of a screen's black and white in a lit room, and of the wall behind. */
const [DARK, LIGHT, WALL] = [40, 220, 110]
/** Of the camera from the screen, in sides of the code: an arm's length. */
const DISTANCE = 2.5
/** Lines and columns of rays for one pixel. */
const RAYS = 2

/**
 * Takes a picture, a little larger than the code; where the code stands in it depends on the seed.
 *
 * @param {Code} code
 * @param {View} view
 * @returns {{ readonly width: number, readonly height: number, readonly data: Uint8ClampedArray }}
 */
export function takePicture(code, { side, blur = 0, noise = 0, rotation = 0, tilt = 0, glare = 0, seed }) {
  const random = randomOf(seed)
  const turned = Math.abs(Math.cos(radians(rotation))) + Math.abs(Math.sin(radians(rotation)))
  const edge = Math.ceil(side * 1.3 * turned) + 16
  const shift = [random() - 0.5, random() - 0.5]
  const place = { side, edge, shift, rotation: radians(rotation), tilt: radians(tilt) }
  const light = lightOf(screenOf(code, glare), code.size, place)
  const sharp = blur > 0 ? blurred(light, edge, blur) : light
  const data = new Uint8ClampedArray(edge * edge * 4)
  for (let at = 0; at < sharp.length; at++) {
    const level = (sharp[at] ?? 0) + (noise > 0 ? noise * gaussian(random) : 0)
    data[at * 4] = level
    data[at * 4 + 1] = level
    data[at * 4 + 2] = level
    data[at * 4 + 3] = 255
  }
  return { width: edge, height: edge, data }
}

/** The light that falls on each pixel. */
function lightOf(screen, size, { side, edge, shift, rotation, tilt }) {
  const light = new Float32Array(edge * edge)
  const [cos, sin] = [Math.cos(rotation), Math.sin(rotation)]
  const [cosTilt, sinTilt] = [Math.cos(tilt), Math.sin(tilt)]
  const places = size + 2 * MARGIN
  for (let y = 0; y < edge; y++) {
    for (let x = 0; x < edge; x++) {
      let sum = 0
      for (let ray = 0; ray < RAYS * RAYS; ray++) {
        const across = (x + ((ray % RAYS) + 0.5) / RAYS - edge / 2 - shift[0]) / side
        const down = (y + (Math.floor(ray / RAYS) + 0.5) / RAYS - edge / 2 - shift[1]) / side
        // Where the ray meets the tilted plane, in sides of the code from its middle.
        const depth = 1 / (cosTilt - (sinTilt * across) / DISTANCE)
        const u = across * depth
        const v = down * depth * cosTilt
        const column = Math.floor((u * cos + v * sin + 0.5) * size) + MARGIN
        const row = Math.floor((v * cos - u * sin + 0.5) * size) + MARGIN
        sum +=
          column < 0 || row < 0 || column >= places || row >= places ? WALL : screen[row * places + column]
      }
      light[y * edge + x] = sum / (RAYS * RAYS)
    }
  }
  return light
}

/** The code with its margin, as levels; a round reflection on it. */
function screenOf({ size, rows }, glare) {
  const places = size + 2 * MARGIN
  const screen = new Uint8Array(places * places).fill(LIGHT)
  const middle = (size - 1) / 2
  for (const [y, row] of rows.entries())
    for (const [x, isDark] of row.entries()) {
      const isLit = Math.hypot(x - middle, y - middle) <= (glare * size) / 2
      if (isDark && !isLit) screen[(y + MARGIN) * places + x + MARGIN] = DARK
    }
  return screen
}

/** A Gaussian blur, first along lines and then along columns. */
function blurred(light, edge, sigma) {
  const reach = Math.ceil(sigma * 3)
  const weights = Float32Array.from({ length: reach * 2 + 1 }, (_, at) =>
    Math.exp(-((at - reach) ** 2) / (2 * sigma ** 2)),
  )
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  // Turned over each time: what were lines are columns then.
  return smear(smear(light, edge, weights, whole), edge, weights, whole)
}

function smear(light, edge, weights, whole) {
  const smeared = new Float32Array(light.length)
  const reach = (weights.length - 1) / 2
  for (let y = 0; y < edge; y++) {
    for (let x = 0; x < edge; x++) {
      let sum = 0
      for (let at = 0; at < weights.length; at++) {
        const near = Math.min(edge - 1, Math.max(0, x + at - reach))
        sum += light[y * edge + near] * weights[at]
      }
      smeared[x * edge + y] = sum / whole
    }
  }
  return smeared
}

/**
 * Numbers from 0 to below 1 that a seed repeats (mulberry32).
 *
 * @param {number} seed
 * @returns {() => number}
 */
export function randomOf(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Box and Muller's. */
function gaussian(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

const radians = (degrees) => (degrees * Math.PI) / 180
