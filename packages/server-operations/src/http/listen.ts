import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Why an address cannot be listened on. */
export interface ListenFailure {
  readonly host: string
  readonly port: number
  readonly reason: 'in-use' | 'not-allowed' | 'not-here'
}

/**
 * Listens, or fails with what is made of the failure.
 *
 * @param failed makes the error; `advice` goes on where a text says `Port 80 on 127.0.0.1`
 */
export function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
  failed: (failure: ListenFailure, advice: string, cause: Error) => Error,
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const reason = reasonOf(cause)
      reject(failed({ host, port, reason }, ADVICE[reason], cause))
    })
    server.listen({ host, port }, resolve)
  })
}

const ADVICE: Readonly<Record<ListenFailure['reason'], string>> = {
  'in-use': 'is in use; choose another, or 0 for a free one',
  'not-allowed': 'needs rights that this process does not have; choose one above 1023',
  'not-here': 'cannot be listened on; check that the host is an address of this machine',
}

function reasonOf({ code }: NodeJS.ErrnoException): ListenFailure['reason'] {
  if (code === 'EADDRINUSE') return 'in-use'
  return code === 'EACCES' ? 'not-allowed' : 'not-here'
}

/** Where the server listens, without a slash at the end: by the loopback interface where it listens on all. */
export function localUrl(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo
  const isAnywhere = address === '0.0.0.0' || address === '::'
  const host = isAnywhere ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address
  return `http://${host}:${port}`
}
