import type { CreatedRequest, OutgoingRequest, Transport } from '@uport-kit/core'

/**
 * Sends a request that was made before by a transport.
 *
 * @returns false as soon as it is known that no wallet took it; true where nothing was heard against it until it ended
 */
export async function pushRequest(
  { id, jwt, uri, expiresAt }: CreatedRequest,
  transport: Transport,
  signal: AbortSignal,
): Promise<boolean> {
  const request: OutgoingRequest = { id, jwt, replyMode: 'post', expiresAt, uri: () => uri }
  try {
    const delivery = await transport.deliver(request, { signal })
    const end = await Promise.race([delivery.ended, expiry(expiresAt, signal)])
    await delivery.close()
    return end === undefined
  } catch {
    return false
  }
}

/** Resolves when a request is over, without keeping the process alive. */
function expiry(expiresAt: number, signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), Math.max(0, expiresAt * 1000 - Date.now()))
    timer.unref()
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve(undefined)
    })
  })
}
