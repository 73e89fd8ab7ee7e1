import { registerConformance, transportCases } from '@uport-kit/conformance'
import { ManualClock } from '@uport-kit/core'
import { describe, it } from 'vitest'
import { AnimatedDecoder } from './animated/index.ts'
import { RequestController } from './element/index.ts'
import { decodeQr, QrTransport, rasterizeTerminal, terminalRenderer } from './index.ts'

registerConformance({ describe, it }, 'QrTransport in a terminal', transportCases, () => {
  const written: string[] = []
  const transport = new QrTransport({ render: terminalRenderer({ write: (text) => written.push(text) }) })
  return { transport, seen: () => written.map(read) }
})

/** What a camera in front of the terminal reads. */
function read(screen: string): string {
  return decodeQr(rasterizeTerminal(screen)) ?? ''
}

registerConformance({ describe, it }, 'QrTransport in a dialog', transportCases, () => {
  const seen: string[] = []
  const shown = new Set<object>()
  let dismiss: () => void = () => undefined
  const transport = new QrTransport({
    render: (qr) => {
      const dialog = {}
      seen.push(qr.text)
      shown.add(dialog)
      const dismissed = new Promise<void>((resolve) => {
        dismiss = resolve
      })
      return { close: () => void shown.delete(dialog), dismissed }
    },
  })
  return { transport, seen: () => seen, showing: () => shown.size, dismiss: () => dismiss() }
})

registerConformance({ describe, it }, 'QrTransport with a publisher', transportCases, () => {
  const shelf = new Map<string, string>()
  const seen: string[] = []
  const transport = new QrTransport({
    render: (qr) => void seen.push(shelf.get(qr.text) ?? qr.text),
    publisher: {
      publish: async (request) => {
        const uri = `https://relay.example/r/${request.id}?callback_type=post#hash`
        shelf.set(uri, request.uri())
        const close = async () => void shelf.delete(uri)
        return { uri, close, [Symbol.asyncDispose]: close }
      },
    },
  })
  return { transport, seen: () => seen }
})

registerConformance({ describe, it }, 'QrTransport with a controller', transportCases, () => {
  const controller = new RequestController({ clock: new ManualClock() })
  const seen = new Set<string>()
  controller.subscribe(({ qr }) => {
    if (qr !== undefined) seen.add(qr.text)
  })
  const transport = new QrTransport({ render: controller.render })
  return { transport, seen: () => [...seen], dismiss: () => controller.dismiss() }
})

registerConformance({ describe, it }, 'QrTransport with a controller, moving', transportCases, () => {
  const clock = new ManualClock()
  const controller = new RequestController({ clock })
  const frames = new Set<string>()
  controller.subscribe(({ qr }) => {
    if (qr !== undefined) frames.add(qr.text)
  })
  // So short a code holds no request at all.
  const transport = new QrTransport({ render: controller.render, inlineLimit: 1 })
  /** What a wallet's camera has collected after a while. */
  const seen = (): readonly string[] => {
    for (let n = 0; n < 100; n++) clock.advance(1 / 5)
    const decoder = new AnimatedDecoder()
    return [...frames].flatMap((frame) => {
      const progress = decoder.receive(frame)
      return progress.state === 'complete' ? [progress.text] : []
    })
  }
  return { transport, seen, dismiss: () => controller.dismiss() }
})
