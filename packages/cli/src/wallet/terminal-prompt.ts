import type { ConsentDecision, ConsentPrompt, ConsentScreen } from '@uport-kit/wallet'
import type { Context } from '../context.ts'
import { screenLines } from './screen-lines.ts'

/** What was said beforehand; `ask` asks, and leaves the request waiting where nobody is there. */
export type Attitude = 'approve' | 'decline' | 'ask'

/** Shows requests on the terminal and asks there. Without a terminal it approves nothing unless it was told to. */
export class TerminalPrompt implements ConsentPrompt {
  readonly shown: ConsentScreen[] = []
  readonly #attitude: Attitude
  readonly #context: Pick<Context, 'terminal'>

  constructor(attitude: Attitude, context: Pick<Context, 'terminal'>) {
    this.#attitude = attitude
    this.#context = context
  }

  async ask(screen: ConsentScreen, { signal }: { readonly signal: AbortSignal }): Promise<ConsentDecision> {
    const { terminal } = this.#context
    this.shown.push(screen)
    if (!terminal.json) for (const line of screenLines(screen)) terminal.tell('screen', line)
    if (this.#attitude !== 'ask') return { decision: this.#attitude }
    if (!terminal.canAsk) {
      terminal.tell('unapproved', 'Nobody is there to approve: add --approve or --decline.')
      return { decision: 'later' }
    }
    return (await terminal.confirm('Approve?', signal)) ? { decision: 'approve' } : { decision: 'decline' }
  }
}
