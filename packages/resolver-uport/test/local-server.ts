import { createServer, type RequestListener } from 'node:http'
import { listenOnLoopback } from '../../../test/support/listen-on-loopback.ts'

export interface LocalServer extends AsyncDisposable {
  readonly host: string
  readonly url: string
}

/** An HTTP server on a free port of 127.0.0.1. */
export async function serveLocally(handler: RequestListener): Promise<LocalServer> {
  const { host, close } = await listenOnLoopback(createServer(handler))
  return { host, url: `http://${host}`, [Symbol.asyncDispose]: close }
}

export interface RpcCall {
  readonly id: number
  readonly method: string
  readonly params: readonly unknown[]
}

/** What a proxy does to a call: an answer of its own, another call instead, or undefined to pass it on as it is. */
export type Meddle = (
  call: RpcCall,
) => { result: unknown } | { error: unknown } | { params: unknown[] } | undefined

/** A JSON-RPC proxy in front of a real node. */
export async function proxyRpc(
  target: string,
  meddle: Meddle,
): Promise<LocalServer & { readonly calls: RpcCall[]; readonly requests: () => number }> {
  const calls: RpcCall[] = []
  let requests = 0
  const answer = async (call: RpcCall): Promise<string> => {
    calls.push(call)
    const own = meddle(call)
    if (own !== undefined && !('params' in own)) {
      return JSON.stringify({ jsonrpc: '2.0', id: call.id, ...own })
    }
    const response = await fetch(target, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', ...call, ...own }),
    })
    return response.text()
  }
  const server = await serveLocally(async (request, response) => {
    requests++
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString()) as RpcCall | RpcCall[]
    response.end(
      Array.isArray(body) ? `[${(await Promise.all(body.map(answer))).join()}]` : await answer(body),
    )
  })
  return Object.assign(server, { calls, requests: () => requests })
}

/** Asks a node directly. */
export async function askRpc(url: string, method: string, ...params: unknown[]): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  return ((await response.json()) as { result: unknown }).result
}

/** The error that a promise rejects with. */
export function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('was not refused')
    },
    (error: unknown) => error,
  )
}
