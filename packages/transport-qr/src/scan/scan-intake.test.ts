import { ManualClock } from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import { cpuTime } from '../../../../test/support/cpu-time.ts'
import { toPng } from '../index.ts'
import { readImageSize } from './image-size.ts'
import { type CameraSource, ScanIntake } from './index.ts'

const refused = (code: string, data: object = {}) =>
  expect.objectContaining({ code, data: expect.objectContaining(data) })

async function take(intake: ScanIntake, count: number): Promise<string[]> {
  const texts: string[] = []
  for await (const { text } of intake.requests()) {
    texts.push(text)
    if (texts.length === count) break
  }
  return texts
}

describe('pasted text', () => {
  it('is yielded once to each reader until it is acknowledged', async () => {
    const intake = new ScanIntake()
    expect(intake.paste('  me.uport:req/a\n')).toBe(true)
    expect(intake.paste('me.uport:req/a')).toBe(true)
    expect(intake.paste('me.uport:req/b')).toBe(true)
    expect(await take(intake, 2)).toEqual(['me.uport:req/a', 'me.uport:req/b'])
    for await (const request of intake.requests()) {
      expect(request).toMatchObject({ arrival: 'paste', text: 'me.uport:req/a' })
      await request.acknowledge()
      await request.acknowledge()
      break
    }
    expect(await take(intake, 1)).toEqual(['me.uport:req/b'])
  })

  it('wakes a reader that waits, as the signal does', async () => {
    const intake = new ScanIntake()
    const reading = take(intake, 1)
    intake.paste('late')
    expect(await reading).toEqual(['late'])
    const abort = new AbortController()
    const idle = new ScanIntake().requests({ signal: abort.signal })[Symbol.asyncIterator]().next()
    abort.abort(new Error('enough'))
    await expect(idle).rejects.toThrow('enough')
  })

  it('is bounded in length and number', () => {
    const intake = new ScanIntake()
    expect(intake.paste(' \n')).toBe(false)
    expect(intake.paste('x'.repeat(66_561))).toBe(false)
    for (let count = 0; count < 16; count++) expect(intake.paste(`${count}`)).toBe(true)
    expect(intake.paste('16')).toBe(false)
  })
})

describe('an image file', () => {
  const png = (width: number, height: number) => {
    const bytes = toPng('x')
    new DataView(bytes.buffer).setUint32(16, width)
    new DataView(bytes.buffer).setUint32(20, height)
    return new Blob([new Uint8Array(bytes)])
  }

  it.each([
    ['that claims 4 thousand million pixels', png(65_536, 65_536), 'QR_IMAGE_TOO_LARGE'],
    ['that claims none', png(0, 10), 'QR_IMAGE_INVALID'],
    ['of 26 MB', new Blob([new Uint8Array(26_000_000)]), 'QR_IMAGE_TOO_LARGE'],
    ['that is an SVG', new Blob(['<svg xmlns="http://www.w3.org/2000/svg"/>']), 'QR_IMAGE_INVALID'],
    ['that is empty', new Blob([]), 'QR_IMAGE_INVALID'],
  ])('%s is refused before anything decodes it', async (_name, image, code) => {
    await expect(new ScanIntake().readImage(image)).rejects.toEqual(refused(code))
  })
})

describe('readImageSize', () => {
  const bytes = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))

  it.each([
    ['PNG', '89504e470d0a1a0a 0000000d 49484452 00000280 000001e0', 640, 480],
    ['GIF', '474946383961 8002 e001', 640, 480],
    ['WebP, lossy', '52494646 00000000 57454250 56503820 00000000 000000 9d012a 8002 e001', 640, 480],
    ['WebP, lossless', '52494646 00000000 57454250 5650384c 00000000 2f 7fc27700', 640, 480],
    ['WebP, extended', '52494646 00000000 57454250 56503858 00000000 00000000 7f0200 df0100', 640, 480],
    ['JPEG', 'ffd8 ffe0 0004 0000 ffc4 0002 ffc0 0011 08 01e0 0280', 640, 480],
    ['JPEG, progressive', 'ffd8 ffc2 0011 08 01e0 0280', 640, 480],
  ])('reads that of a %s', (_name, hex, width, height) => {
    expect(readImageSize(bytes(hex))).toEqual({ width, height })
  })

  it.each([
    ['nothing', ''],
    ['text', '3c3f786d6c'],
    ['a JPEG that ends', 'ffd8 ffe0 ffff'],
    ['a JPEG that goes nowhere', 'ffd8 ffe0 0000 0000 0000'],
    ['a JPEG without markers', 'ffd8 0000 0000 0000'],
    ['another RIFF', '52494646 00000000 41564920 00000000 00000000'],
    ['another WebP', '52494646 00000000 57454250 00000000 0000000000000000'],
  ])('knows nothing of %s', (_name, hex) => {
    expect(readImageSize(bytes(hex))).toBeUndefined()
  })

  it('walks a file of a million segments in no time', () => {
    const hostile = new Uint8Array(1_000_000)
    const view = new DataView(hostile.buffer)
    view.setUint16(0, 0xffd8)
    for (let at = 2; at + 4 < hostile.length; at += 4) view.setUint32(at, 0xffe00002)
    expect(cpuTime(() => expect(readImageSize(hostile)).toBeUndefined())).toBeLessThan(1000)
  })
})

describe('a camera', () => {
  const failing = (name: string): CameraSource => ({
    getUserMedia: () => Promise.reject(new DOMException('no', name)),
  })

  it.each([
    ['NotAllowedError', 'denied', false],
    ['SecurityError', 'denied', false],
    ['NotFoundError', 'absent', false],
    ['NotReadableError', 'busy', true],
    ['TypeError', 'unsupported', false],
  ])('that fails with %s is %s', async (name, reason, retryable) => {
    const intake = new ScanIntake({ mediaDevices: failing(name), clock: new ManualClock() })
    await expect(intake.openCamera()).rejects.toMatchObject({
      code: 'CAMERA_UNAVAILABLE',
      data: { reason },
      retryable,
    })
  })

  it('needs a browser that has one', async () => {
    await expect(new ScanIntake().openCamera()).rejects.toMatchObject({ data: { reason: 'unsupported' } })
  })
})
