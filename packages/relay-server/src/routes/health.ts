import { Hono } from 'hono'
import { refuse } from '../refuse.ts'
import type { Relay, RelayEnv } from '../relay.ts'
import { failureName } from '../relay-log.ts'

/** No topic has this name: a kind's prefix ends in a colon. */
const PROBE = 'health'

/** How long the store may take to answer. */
const PROBE_SECONDS = 2

/** Whether the relay can do its work: it answers, and its store does. */
export function healthRoute(relay: Relay): Hono<RelayEnv> {
  const app = new Hono<RelayEnv>()
  app.get('/', async (c) =>
    (await isStoreAlive(relay)) ? c.json({ status: 'ok' }) : refuse(c, 'UNAVAILABLE'),
  )
  return app
}

/** Whether the store answers in time. */
export function isStoreAlive(relay: Pick<Relay, 'store' | 'clock' | 'log'>): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = relay.clock.after(PROBE_SECONDS, () => resolve(false))
    relay.store
      .read(PROBE, 0)
      .then(
        () => resolve(true),
        (cause) => {
          relay.log({ event: 'failed', operation: 'GET /health', error: failureName(cause) })
          resolve(false)
        },
      )
      .finally(cancel)
  })
}
