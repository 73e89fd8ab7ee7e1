import type { ConformanceTools } from './conformance-tools.ts'

/**
 * One thing that every implementation of a port must do. A case is data with an id that never changes its meaning;
 * it needs no test runner, works on a subject of its own and can run alone.
 */
export interface ConformanceCase<Subject> {
  /** Suite and number, such as `KS-03`. */
  readonly id: string
  /** The version of the cases that it came with, such as `1.0.0`; see CONFORMANCE_VERSION. */
  readonly since: string
  readonly title: string
  /** What an implementation that passes has shown. */
  readonly proves: string
  /** What goes wrong, and for whom, where it is not so. */
  readonly matters: string
  /** What to look at first when it fails. */
  readonly nextStep: string
  /** Why the case does not apply to this subject; undefined where it does. */
  skip?(subject: Subject): string | undefined
  /** Rejects when the subject does not conform. */
  run(subject: Subject, tools: ConformanceTools): Promise<void>
}
