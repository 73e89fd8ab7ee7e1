import type { Settings } from './config/settings.ts'
import type { Terminal } from './output/terminal.ts'

/** What a command works with. */
export interface Context {
  readonly terminal: Terminal
  readonly settings: Settings
  /** Aborts when the person interrupts. */
  readonly signal: AbortSignal
  readonly env: NodeJS.ProcessEnv
}
