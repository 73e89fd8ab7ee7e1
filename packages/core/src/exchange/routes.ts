import { UportError } from '../errors/uport-error.ts'
import type { ReplyChannel } from '../ports/reply-channel.ts'
import type { Transport } from '../ports/transport.ts'

/** An assembled transport's id, or a value such as `push.to(grant)`. */
export type Route = string | Transport

/** One road, or several to be tried in this order. */
export type Routes = Route | readonly [Route, ...Route[]]

/** Indexes parts by id; two of one id would make a name mean nothing. */
export function indexById<Part extends { readonly id: string }>(
  kind: string,
  parts: readonly Part[],
): ReadonlyMap<string, Part> {
  const index = new Map<string, Part>()
  for (const part of parts) {
    if (index.has(part.id)) {
      throw new UportError(
        'ASSEMBLY_CONFLICT',
        `Two ${kind}s are called ${part.id}; give one of them another id.`,
        {
          data: { token: kind, modules: [part.id] },
        },
      )
    }
    index.set(part.id, part)
  }
  return index
}

export function findRoute(transports: ReadonlyMap<string, Transport>, route: Route): Transport {
  if (typeof route !== 'string') return route
  const transport = transports.get(route)
  if (transport !== undefined) return transport
  throw unknownRoute(route, transports, 'transport')
}

export function listRoutes(transports: ReadonlyMap<string, Transport>, via: Routes): readonly Transport[] {
  const routes: readonly Route[] = typeof via === 'string' || !isList(via) ? [via] : via
  return routes.map((route) => findRoute(transports, route))
}

function isList(via: Exclude<Routes, string>): via is readonly [Route, ...Route[]] {
  return Array.isArray(via)
}

/**
 * The channel a reply comes back on: the one named, else the first that every road can use, in the order in which the
 * first road prefers its modes.
 */
export function selectChannel(
  channels: ReadonlyMap<string, ReplyChannel>,
  reply: string | undefined,
  roads: readonly Transport[],
): ReplyChannel {
  const usable = (channel: ReplyChannel): boolean =>
    roads.every((road) => road.replyModes.includes(channel.mode))
  if (reply !== undefined) {
    const channel = channels.get(reply)
    if (channel !== undefined && usable(channel)) return channel
    throw unknownRoute(reply, channels, 'reply channel')
  }
  const all = [...channels.values()]
  const modes = roads[0]?.replyModes ?? (['post', 'redirect'] as const)
  for (const mode of modes) {
    const channel = all.find((one) => one.mode === mode && usable(one))
    if (channel !== undefined) return channel
  }
  throw unknownRoute(roads.map((road) => road.id).join(', '), channels, 'reply channel')
}

function unknownRoute(
  route: string,
  known: ReadonlyMap<string, unknown>,
  kind: string,
): UportError<'ROUTE_UNKNOWN'> {
  const names = [...known.keys()]
  const offer = names.length === 0 ? 'none is assembled' : `assembled: ${names.join(', ')}`
  return new UportError('ROUTE_UNKNOWN', `No ${kind} fits ${route} (${offer}).`, {
    data: { route, known: names },
  })
}
