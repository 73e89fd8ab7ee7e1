type Schedule = (work: () => void) => void

/** Runs `work` when the present turn of the event loop is over, promises included; without a timer's delay where the platform can. */
export function nextTick(work: () => void): void {
  const { setImmediate } = globalThis as { readonly setImmediate?: Schedule }
  if (setImmediate === undefined) setTimeout(work, 0)
  else setImmediate(work)
}
