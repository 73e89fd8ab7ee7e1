import { UportError } from '../errors/uport-error.ts'
import type { Outcome } from '../flows/flow.ts'
import type { Transport } from '../ports/transport.ts'
import type { ActiveExchange } from './active-exchange.ts'

/**
 * Tries roads in order until one reaches the person; ends the exchange when the person dismisses the request or no
 * road is left. The only road's own error is passed on as it is.
 */
export async function deliverVia<Result extends Outcome>(
  exchange: ActiveExchange<Result>,
  roads: readonly Transport[],
): Promise<void> {
  let cause: unknown
  for (const road of roads) {
    try {
      const delivery = await exchange.deliverBy(road, {})
      const end = await delivery.ended
      if (end.reason === 'dismissed') return exchange.dismiss(road)
      cause = end.cause
      await delivery.close()
    } catch (error) {
      if (roads.length === 1) return exchange.fail(error)
      cause = error
    }
  }
  exchange.fail(
    new UportError('REQUEST_UNREACHABLE', 'No road reached the person; offer another one.', {
      data: { tried: roads.map((road) => road.id) },
      cause,
    }),
  )
}
