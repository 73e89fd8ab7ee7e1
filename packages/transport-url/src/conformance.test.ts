import { registerConformance, replyChannelCases, transportCases } from '@uport-kit/conformance'
import { ManualClock } from '@uport-kit/core'
import { describe, it } from 'vitest'
import { anchorRenderer, RedirectChannel, RedirectReplySender, UrlTransport } from './index.ts'
import { FakeBrowser } from './test-support/fake-browser.ts'

registerConformance({ describe, it }, 'RedirectChannel', replyChannelCases, () => {
  const tab = new FakeBrowser().open('https://app.example/login')
  const clock = new ManualClock(1_700_000_000)
  const channel = new RedirectChannel({ page: tab, clock })
  const sender = new RedirectReplySender({ open: (url) => tab.follow(url) })
  return {
    channel,
    post: (callback, body) => sender.send(new URL(callback), body),
    now: () => clock.now(),
  }
})

registerConformance({ describe, it }, 'UrlTransport with an anchor', transportCases, () => {
  const seen: string[] = []
  let shown = 0
  const anchor = {
    setAttribute: (_name: string, uri: string) => {
      shown++
      seen.push(uri)
    },
    removeAttribute: () => {
      shown--
    },
  }
  const transport = new UrlTransport({ render: anchorRenderer(anchor) })
  return { transport, seen: () => seen, showing: () => shown }
})

registerConformance({ describe, it }, 'UrlTransport that can be turned away', transportCases, () => {
  const seen: string[] = []
  const shown = new Set<object>()
  let dismiss: () => void = () => undefined
  const transport = new UrlTransport({
    render: (uri) => {
      const link = {}
      seen.push(uri)
      shown.add(link)
      const dismissed = new Promise<void>((resolve) => {
        dismiss = resolve
      })
      return { close: () => void shown.delete(link), dismissed }
    },
  })
  return { transport, seen: () => seen, showing: () => shown.size, dismiss: () => dismiss() }
})
