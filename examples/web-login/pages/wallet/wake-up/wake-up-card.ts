import { h } from '../dom/h.ts'
import { icon } from '../dom/icon.ts'
import type { WakeUp, WakeUpFailure, WakeUpState } from './wake-up.ts'

const STATES: Readonly<Record<WakeUpState, string>> = {
  unsupported: 'This browser has no push messages. Requests reach you while the wallet is open.',
  denied: 'You have refused notifications for this site. The settings of the browser change that.',
  off: 'Off. Requests reach you while the wallet is open.',
  on: 'On. Requests reach you while the wallet is closed, too.',
}

const FAILURES: Readonly<Record<WakeUpFailure, string>> = {
  denied: 'Without leave for notifications the browser wakes no site.',
  'no-service': 'This browser reaches no push service. Requests still reach you while the wallet is open.',
  server: 'The push server cannot be reached; try again.',
}

/** Turns notifications on and off. */
export function wakeUpCard(wakeUp: WakeUp): HTMLElement {
  const words = h('p', { class: 'soft', role: 'status' })
  const button = h('button', { type: 'button', class: 'button quiet', hidden: true })
  let state: WakeUpState = 'unsupported'
  const show = async (failure?: WakeUpFailure): Promise<void> => {
    state = await wakeUp.state()
    words.textContent = failure === undefined ? STATES[state] : FAILURES[failure]
    button.hidden = state === 'unsupported' || state === 'denied'
    button.disabled = false
    button.textContent = state === 'on' ? 'Turn notifications off' : 'Turn notifications on'
  }
  const toggle = async (): Promise<void> => {
    button.disabled = true
    if (state === 'on')
      await wakeUp.turnOff().then(
        () => show(),
        () => show('server'),
      )
    else await show(await wakeUp.turnOn())
  }
  button.addEventListener('click', () => void toggle())
  void show()
  return h(
    'section',
    { class: 'card stack tight', 'aria-labelledby': 'wake-up' },
    h('h2', { id: 'wake-up', class: 'section-title' }, icon('bell'), ' Notifications'),
    h(
      'p',
      {},
      'A site that you allowed to can send a request here. The notification says who asks, and nothing of what.',
    ),
    words,
    h('div', {}, button),
  )
}
