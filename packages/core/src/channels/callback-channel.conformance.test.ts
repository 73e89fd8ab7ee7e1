import { registerConformance, replyChannelCases } from '@uport-kit/conformance'
import { describe, it } from 'vitest'
import { ManualClock } from '../clock/manual-clock.ts'
import type { JsonObject } from '../ports/json.ts'
import { callbackChannel } from './callback-channel.ts'

registerConformance({ describe, it }, 'callbackChannel', replyChannelCases, () => {
  const clock = new ManualClock(1_700_000_000)
  const channel = callbackChannel({ url: 'https://app.example/uport', clock })
  return {
    channel,
    now: () => clock.now(),
    // The application's route.
    post: async (callback: string, body: JsonObject): Promise<void> => {
      channel.deliver(decodeURIComponent(new URL(callback).pathname.split('/').at(-1) ?? ''), body)
    },
  }
})
