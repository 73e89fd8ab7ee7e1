import type { ConformanceCase } from '@uport-kit/core/conformance'
import type { Watcher } from './run-record.ts'

interface ProgressOutput {
  err(text: string): void
  readonly progress: boolean
}

const ERASE_LINE = '\r\u001b[K'

/** One line on a terminal that says which case is running, and goes when they have all ended. */
export function createProgress(
  cases: readonly ConformanceCase<unknown>[],
  { err, progress }: ProgressOutput,
): Watcher & { clear(): void } {
  let ended = 0
  const show = (text: string): void => {
    if (progress) err(`${ERASE_LINE}${text}`)
  }
  return {
    started: (id) => show(`${ended + 1}/${cases.length} ${id}`),
    ended: () => {
      ended += 1
    },
    clear: () => show(''),
  }
}
