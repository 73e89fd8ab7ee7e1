import { once } from 'node:events'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, createSecureContext, rootCertificates, type SecureContext } from 'node:tls'
import { UportError } from '@uport-kit/core'
import type { buildConnector } from 'undici'
import { isPublicAddress } from './public-address.ts'
import { untilAborted } from './until-aborted.ts'

/** Name to addresses: every address the name stands for, as literals without brackets. */
export type Lookup = (hostname: string) => Promise<readonly string[]>

/** Opens a TCP connection to one of these addresses, all of which were checked, and to nothing else. */
export type Dial = (target: {
  readonly hostname: string
  readonly port: number
  readonly addresses: readonly [string, ...string[]]
}) => Socket

export interface CheckedConnectorOptions {
  readonly allowOrigins: ReadonlySet<string>
  readonly lookup: Lookup
  readonly dial: Dial
  /** PEM certificates trusted beside Node's own roots. */
  readonly ca: readonly string[]
  readonly timeoutMs: number
}

/**
 * A connector that looks the name up once, checks every address it got and connects to those same addresses: a name
 * that changes its mind afterwards changes nothing.
 */
export function createCheckedConnector(options: CheckedConnectorOptions): buildConnector.connector {
  const secureContext = options.ca.length === 0 ? undefined : trusting(options.ca)
  return (target, callback) => {
    const signal = AbortSignal.timeout(options.timeoutMs)
    open(target, options, secureContext, signal).then(
      (socket) => callback(null, socket),
      (error: Error) => callback(error, null),
    )
  }
}

function trusting(ca: readonly string[]): SecureContext {
  return createSecureContext({ ca: [...rootCertificates, ...ca] })
}

async function open(
  target: buildConnector.Options,
  options: CheckedConnectorOptions,
  secureContext: SecureContext | undefined,
  signal: AbortSignal,
): Promise<Socket> {
  const { hostname, protocol } = target
  const secure = protocol === 'https:'
  const allowed = options.allowOrigins.has(`${protocol}//${target.host ?? hostname}`)
  const addresses = isIP(hostname) === 0 ? await untilAborted(options.lookup(hostname), signal) : [hostname]
  const [first, ...others] = addresses
  if (first === undefined) throw new Error('The name has no address')
  if (!allowed && !addresses.every(isPublicAddress)) throw refusal(hostname)
  const port = Number(target.port) || (secure ? 443 : 80)
  const socket = await ready(
    options.dial({ hostname, port, addresses: [first, ...others] }),
    'connect',
    signal,
  )
  socket.setNoDelay(true)
  return secure ? ready(wrap(socket, hostname, secureContext), 'secureConnect', signal) : socket
}

function wrap(socket: Socket, hostname: string, secureContext: SecureContext | undefined): Socket {
  return connectTls({
    socket,
    host: hostname,
    // Server name indication carries names only (RFC 6066, section 3).
    ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
    ...(secureContext === undefined ? {} : { secureContext }),
    ALPNProtocols: ['http/1.1'],
    // Said outright, so that no environment variable can say otherwise.
    rejectUnauthorized: true,
  })
}

async function ready<S extends Socket>(socket: S, event: string, signal: AbortSignal): Promise<S> {
  // Somebody must always listen: between this hand and the next an error would end the process.
  socket.on('error', () => undefined)
  try {
    await once(socket, event, { signal })
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}

function refusal(hostname: string): UportError<'FETCH_BLOCKED'> {
  return new UportError(
    'FETCH_BLOCKED',
    'The name leads to a private or special address: allow its exact origin if it is yours',
    { data: { reason: 'private-address', host: hostname } },
  )
}

/** The system's resolver and a plain TCP connection; of several addresses the first that answers. */
export const dialDirectly: Dial = ({ hostname, port, addresses }) =>
  connectTcp({
    host: hostname,
    port,
    autoSelectFamily: true,
    lookup: (_hostname, { all }, callback) => {
      const checked = addresses.map((address) => ({ address, family: isIP(address) }))
      if (all === true) callback(null, checked)
      else callback(null, addresses[0], isIP(addresses[0]))
    },
  })
