import { h } from '../dom/h.ts'
import { icon } from '../dom/icon.ts'
import type { Part } from '../dom/live.ts'
import { timeLeft } from '../text/time-text.ts'

/** How long the request still holds. Said aloud once a minute at most: it is a clock, no news. */
export function countdown(expiresAt: number, now: () => number = () => Date.now() / 1000): Part {
  const text = h('span', {})
  const element = h(
    'span',
    { class: 'countdown', role: 'timer', 'aria-label': 'Time left for this request' },
    icon('clock'),
    text,
  )
  const show = (): void => {
    const left = expiresAt - now()
    text.textContent = left > 0 ? timeLeft(left) : 'expired'
    element.classList.toggle('is-short', left < 60)
  }
  show()
  const timer = setInterval(show, 1000)
  return { element, dispose: () => clearInterval(timer) }
}
