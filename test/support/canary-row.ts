import type { Canaries } from './canaries.ts'

/** One way in which something of a package fails while it holds secrets. */
export interface CanaryRow {
  /** The name of its folder in `packages`. */
  readonly package: string
  readonly path: string
  /** Hides secrets, lets it fail, and returns all that became visible: errors, answers, log lines, the object itself. */
  run(canaries: Canaries): Promise<readonly unknown[]>
}

/** The rows of a package: by path. */
export function rowsOf(name: string, runs: Readonly<Record<string, CanaryRow['run']>>): readonly CanaryRow[] {
  return Object.entries(runs).map(([path, run]) => ({ package: name, path, run }))
}
