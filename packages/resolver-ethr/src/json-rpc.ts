import { decodeUtf8, type Json, readBounded } from '@uport-kit/core'

/** Why a call failed: a few words without anything of the endpoint's address or answer. */
export class RpcFailure extends Error {
  override readonly name = 'RpcFailure'
}

/** The largest answer read: a block with the hashes of all its transactions, and some. */
const MAX_BYTES = 2 ** 20

/**
 * One JSON-RPC 2.0 call over HTTP POST.
 *
 * @returns the `result` member, hostile
 * @throws RpcFailure, or the signal's reason
 */
export async function callRpc(
  fetch: typeof globalThis.fetch,
  url: URL,
  call: { readonly method: string; readonly params: readonly Json[]; readonly signal: AbortSignal },
): Promise<unknown> {
  const { method, params, signal } = call
  const response = await postJson(
    fetch,
    url,
    JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal,
  )
  const answer = parseAnswer(response.text)
  if (answer !== undefined && 'result' in answer) return answer.result
  if (answer !== undefined) throw new RpcFailure(`error ${answer.code} to ${method}`)
  throw new RpcFailure(response.ok ? 'not a JSON-RPC answer' : `status ${response.status}`)
}

async function postJson(fetch: typeof globalThis.fetch, url: URL, body: string, signal: AbortSignal) {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal,
      redirect: 'error',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    })
    return { ok: response.ok, status: response.status, text: await readText(response) }
  } catch (cause) {
    signal.throwIfAborted()
    throw cause instanceof RpcFailure ? cause : new RpcFailure('network', { cause })
  }
}

async function readText(response: Response): Promise<string> {
  const bytes = await readBounded(response, MAX_BYTES)
  if (bytes === undefined) throw new RpcFailure('answer too large')
  return decodeUtf8(bytes) ?? ''
}

function parseAnswer(text: string): { readonly result: unknown } | { readonly code: number } | undefined {
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isObject(answer)) return undefined
  const { result, error } = answer
  if (isObject(error) && typeof error['code'] === 'number') return { code: error['code'] }
  return 'result' in answer && (error === undefined || error === null) ? { result } : undefined
}

/** Whether a value of parsed JSON is an object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
