import type { CaseResult } from '../run-conformance.ts'

/** What a process that runs cases is told. */
export interface Job {
  readonly suite: string
  readonly module: string
  readonly ids: readonly string[]
  /** How long one case may take. */
  readonly timeoutMilliseconds: number
  /** How long the module may take to load and to make its first subject. */
  readonly loadMilliseconds: number
}

/** A result without what was thrown, which need not survive the way to another process. */
export type PlainResult = Omit<CaseResult, 'error'>

/** What such a process says. */
export type Message =
  | { readonly kind: 'case'; readonly id: string }
  | { readonly kind: 'result'; readonly result: PlainResult }
  /** The module cannot be used. */
  | { readonly kind: 'refused'; readonly message: string }
  /** Something went wrong outside of any case. */
  | { readonly kind: 'problem'; readonly message: string }
  /** Everything has run. */
  | { readonly kind: 'done' }
  /** It has run, and these keep the process from ending by itself. */
  | { readonly kind: 'left-open'; readonly resources: readonly string[] }
