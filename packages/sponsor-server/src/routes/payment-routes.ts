import { parseJsonObject, readBody } from '@uport-kit/server-operations/http'
import { type Context, Hono } from 'hono'
import { type AnswerShape, identityAnswer, transactionAnswer } from '../answers.ts'
import { Refusal } from '../refusal.ts'
import { createIdentity, lookupIdentity } from '../services/create-identity.ts'
import { fund } from '../services/fund.ts'
import type { Body } from '../services/members.ts'
import { relay } from '../services/relay.ts'
import type { Outcome, Sponsor } from '../services/sponsor.ts'
import type { SponsorContext, SponsorEnv } from '../sponsor-context.ts'
import type { FuelToken } from '../tokens/fuel-token.ts'

type Service = (sponsor: Sponsor, token: FuelToken, body: Body, signal: AbortSignal) => Promise<Outcome>
type Handler = (c: Context<SponsorEnv>) => Promise<Response>

/** Everything that costs something: fuel token first, then the body. */
export function paymentRoutes(context: SponsorContext): Hono<SponsorEnv> {
  const app = new Hono<SponsorEnv>({ strict: false })
  const transactions = (service: Service, shape: AnswerShape): Handler =>
    handler(context, service, (outcome) => transactionAnswer(outcome, shape))
  app.post('/api/v1/fund', transactions(fund, 'specification'))
  app.post('/api/v2/relay', transactions(relay, 'specification'))
  for (const path of ['/fund', '/v1/fund']) app.post(path, transactions(fund, 'original'))
  for (const path of ['/relay', '/v2/relay']) app.post(path, transactions(relay, 'original'))
  const { chainId } = context.sponsor
  app.post(
    '/unnu/createIdentity',
    handler(context, createIdentity, (outcome) => identityAnswer(outcome, chainId)),
  )
  app.post('/unnu/lookup', async (c) => {
    const entry = await lookupIdentity(
      context.sponsor,
      await readJson(c, context.sponsor.limits.maxBodyBytes),
    )
    return c.json(identityAnswer({ kind: 'sent', entry }, chainId))
  })
  return app
}

function handler(context: SponsorContext, service: Service, answer: (outcome: Outcome) => object): Handler {
  const { sponsor, tokens, subjectRates, waiters, stopping } = context
  return async (c) => {
    const signal = AbortSignal.any([c.req.raw.signal, stopping])
    const token = await tokens.verify(c.req.header('authorization'), { signal: c.req.raw.signal })
    const wait = subjectRates.take(token.subject)
    if (wait > 0)
      throw new Refusal('RATE_LIMITED', 'too many requests of this device: try again', { retryAfter: wait })
    const body = await readJson(c, sponsor.limits.maxBodyBytes)
    if (body['wait'] !== undefined) c.set('wait', 'poll')
    const run = (asked: Body): Promise<Outcome> => service(sponsor, token, asked, signal)
    const outcome =
      body['wait'] === undefined
        ? await run(body)
        : await waiters.run(
            () => run(body),
            () => run({ ...body, wait: 0 }),
          )
    return c.json(answer(outcome))
  }
}

async function readJson(c: Context<SponsorEnv>, maxBytes: number): Promise<Body> {
  const body = await readBody(c.req.raw, maxBytes)
  if ('problem' in body)
    throw body.problem === 'BODY_TOO_LARGE'
      ? new Refusal('BODY_TOO_LARGE', `the body has more than ${maxBytes} bytes`)
      : new Refusal('BODY_INVALID', 'no json body')
  const json = parseJsonObject(body.text)
  if (json === undefined) throw new Refusal('BODY_INVALID', 'no json body')
  return json
}
