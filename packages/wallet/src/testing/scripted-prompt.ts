import type { ConsentDecision, ConsentPrompt } from '../consent-prompt.ts'
import type { ConsentScreen } from '../consent-screen.ts'

/** What a scripted person does with a screen: always the same, or what the function says. */
export type Script =
  | 'approve'
  | 'decline'
  | ((screen: ConsentScreen) => ConsentDecision | Promise<ConsentDecision>)

/** A prompt without a person. It keeps every screen, so that a test can look at what was shown. */
export class ScriptedPrompt implements ConsentPrompt {
  readonly screens: ConsentScreen[] = []
  /** What happens with the next screen. */
  script: Script

  constructor(script: Script) {
    this.script = script
  }

  async ask(screen: ConsentScreen): Promise<ConsentDecision> {
    this.screens.push(screen)
    return typeof this.script === 'string' ? { decision: this.script } : this.script(screen)
  }

  /** The screen that was shown last. @throws Error where none was */
  get last(): ConsentScreen {
    const screen = this.screens.at(-1)
    if (screen === undefined) throw new Error('no screen was shown')
    return screen
  }
}
