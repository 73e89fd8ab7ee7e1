import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readBounded } from './read-bounded.ts'

function bodyOf(pieces: Iterable<Uint8Array>, onCancel = () => {}) {
  const rest = pieces[Symbol.iterator]()
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const { done, value } = rest.next()
      if (done === true) controller.close()
      else controller.enqueue(new Uint8Array(value))
    },
    cancel: onCancel,
  })
  return { body }
}

describe('readBounded', () => {
  it('gives back whatever was sent, however it was cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }), async (pieces) => {
        const whole = pieces.flatMap((piece) => [...piece])
        const read = await readBounded(bodyOf(pieces), whole.length)
        expect([...(read ?? [])]).toEqual(whole)
        expect(read?.buffer.byteLength).toBe(whole.length)
        if (whole.length > 0) expect(await readBounded(bodyOf(pieces), whole.length - 1)).toBeUndefined()
      }),
    )
  })

  it('reads no further than the first byte too many, and waits for nobody to stop', async () => {
    let sent = 0
    let cancelled = false
    function* endless() {
      for (;;) {
        sent++
        yield new Uint8Array(10)
      }
    }
    const never = () => {
      cancelled = true
      return new Promise<void>(() => undefined)
    }
    expect(await readBounded(bodyOf(endless(), never), 95)).toBeUndefined()
    expect(cancelled).toBe(true)
    expect(sent).toBeLessThan(13)
  })

  it('takes any number of pieces', async () => {
    function* many() {
      for (let index = 0; index < 200_000; index++) yield Uint8Array.of(index)
    }
    const read = await readBounded(bodyOf(many()), 1_000_000)
    expect(read?.length).toBe(200_000)
    expect(read?.[199_999]).toBe(199_999 & 255)
  })

  it('reads no body as none, and passes on what the connection fails with', async () => {
    expect(await readBounded({ body: null }, 10)).toEqual(new Uint8Array(0))
    const reason = new Error('cut')
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => controller.error(reason),
    })
    await expect(readBounded({ body }, 10)).rejects.toBe(reason)
  })
})
