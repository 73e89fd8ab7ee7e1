/** Calls one method of an Ethereum node; `result` as it came. */
export type JsonRpc = (method: string, ...params: readonly unknown[]) => Promise<unknown>

const deadlineMilliseconds = 10_000

/** A JSON-RPC 2.0 client of the devnet's own node, written here so that the devnet shares no code with what it tests. */
export function createJsonRpc(url: string): JsonRpc {
  return async (method, ...params) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(deadlineMilliseconds),
    })
    const answer = (await response.json()) as { result?: unknown; error?: { message?: string } }
    if (answer.error !== undefined) throw new Error(`${method} failed: ${answer.error.message}`)
    return answer.result
  }
}
