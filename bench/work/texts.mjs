// MNIDs, on Node and as a browser has it, and QR codes.

import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { encodeMnid, parseMnid } from '@uport-kit/core'
import { encodeQr, toSvg } from '@uport-kit/transport-qr'
import { alternate, timesAsLong } from '../lib/alternate.mjs'

const require = createRequire(import.meta.url)
const mnid = require('mnid')
const QRCode = require('qrcode')

const COUNT = 64
const accounts = Array.from({ length: COUNT }, (_, index) => ({
  network: '0x4',
  address: `0x${createHash('sha256').update(`account ${index}`).digest('hex').slice(0, 40)}`,
}))

export async function measureTexts(options) {
  return [await measureMnids(options), await mnidsInBrowsers(options), await qrCode(options)]
}

/** @param {{ encode?: typeof encodeMnid, parse?: typeof parseMnid }} [ours] */
export async function measureMnids(
  options,
  { encode = encodeMnid, parse = parseMnid, browser = false } = {},
) {
  const texts = accounts.map((account) => mnid.encode(account))
  const rows = await alternate(
    [
      { name: 'mnid 0.1.3 encode', run: (index) => mnid.encode(accounts[index % COUNT]) },
      {
        name: 'ours, encode',
        run: (index) => encode(accounts[index % COUNT]),
        check: () => accounts.every((account, index) => encode(account) === texts[index]),
      },
      { name: 'mnid 0.1.3 decode', run: (index) => mnid.decode(texts[index % COUNT]) },
      {
        name: 'ours, decode',
        run: (index) => parse(texts[index % COUNT]),
        check: () => accounts.every(({ address }, index) => parse(texts[index]).address === address),
      },
    ],
    options,
  )
  const [theirEncode, ourEncode, theirDecode, ourDecode] = rows
  const where = browser ? ', as in a browser' : ', Node'
  return {
    title: `MNID${where}`,
    rows,
    claims: [
      {
        work: `MNID encode against mnid 0.1.3${where}`,
        least: browser ? 2 : 4,
        factor: timesAsLong(theirEncode, ourEncode),
      },
      {
        work: `MNID decode against mnid 0.1.3${where}`,
        least: browser ? 0.9 : 1.8,
        factor: timesAsLong(theirDecode, ourDecode),
      },
    ],
  }
}

/** A thread without Node's hashes, which a browser does not have. */
function mnidsInBrowsers(options) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./mnid-browser.mjs', import.meta.url), { workerData: options })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

async function qrCode(options) {
  const texts = Array.from({ length: COUNT }, (_, index) => {
    const random = createHash('sha512').update(`request ${index}`).digest('base64url')
    return `https://id.uport.me/req/${random.repeat(5)}`.slice(0, 300)
  })
  const toSvgText = (text) => QRCode.toString(text, { type: 'svg', errorCorrectionLevel: 'L' })
  const rows = await alternate(
    [
      { name: 'qrcode 1.5.4 toString, svg', run: (index) => toSvgText(texts[index % COUNT]) },
      {
        name: 'ours, toSvg',
        run: (index) => toSvg(texts[index % COUNT]),
        check: () =>
          QRCode.create(texts[0], { errorCorrectionLevel: 'L' }).modules.size === encodeQr(texts[0]).size,
      },
    ],
    options,
  )
  const work = 'QR code of a 300-byte request to SVG, against qrcode'
  return { title: 'QR code', rows, claims: [{ work, least: 8, factor: timesAsLong(rows[0], rows[1]) }] }
}
