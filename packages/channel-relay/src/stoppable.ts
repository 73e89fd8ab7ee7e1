/** An iterator that `return()` ends also while it waits; a generator alone would first finish its wait. */
export function stoppable<T>(
  start: (signal: AbortSignal) => AsyncGenerator<T>,
  signal: AbortSignal | undefined,
): AsyncIterator<T, undefined> {
  const stop = new AbortController()
  const abort = (): void => stop.abort(signal?.reason)
  const done = (): { done: true; value: undefined } => ({ done: true, value: undefined })
  if (signal?.aborted) abort()
  else signal?.addEventListener('abort', abort)
  const values = start(stop.signal)
  let returned = false
  return {
    next: async () => {
      if (returned) return done()
      try {
        stop.signal.throwIfAborted()
        const result = await values.next()
        return result.done === true ? done() : result
      } catch (cause) {
        signal?.removeEventListener('abort', abort)
        if (returned) return done()
        throw cause
      }
    },
    return: async () => {
      returned = true
      signal?.removeEventListener('abort', abort)
      stop.abort()
      await values.return(undefined).catch(() => {})
      return done()
    },
  }
}
