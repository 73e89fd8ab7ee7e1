import { Hono } from 'hono'
import { refuse } from '../answers.ts'
import { Refusal } from '../refusal.ts'
import type { SponsorContext, SponsorEnv } from '../sponsor-context.ts'
import { failureName } from '../sponsor-log.ts'

/** How long store and node may take to answer. */
const PROBE_SECONDS = 5

/** Whether the sponsor can do its work: its store and its node answer. */
export function healthRoute({ sponsor, log }: SponsorContext): Hono<SponsorEnv> {
  const app = new Hono<SponsorEnv>()
  app.get('/', async (c) =>
    (await canPay({ sponsor, log }))
      ? c.json({ status: 'ok' })
      : refuse(c, new Refusal('UNAVAILABLE', 'store or node do not answer')),
  )
  return app
}

/** Whether store and node answer in time. */
export async function canPay({ sponsor, log }: Pick<SponsorContext, 'sponsor' | 'log'>): Promise<boolean> {
  const deadline = new AbortController()
  const cancel = sponsor.clock.after(PROBE_SECONDS, () => deadline.abort())
  try {
    await Promise.all([
      sponsor.outbox.find('health'),
      sponsor.chain.requireChain(sponsor.chainId, { signal: deadline.signal }),
    ])
    return true
  } catch (cause) {
    log({ event: 'failed', operation: 'GET /health', error: failureName(cause) })
    return false
  } finally {
    cancel()
  }
}
