import { h } from '../dom/h.ts'
import { icon } from '../dom/icon.ts'
import { viewHeading } from '../views/common.ts'
import type { AppContext } from '../views/view.ts'

/** How it ended, and the way on. */
export function ending(
  symbol: 'check' | 'clock' | 'warning' | 'cross',
  title: string,
  texts: readonly string[],
  { session }: AppContext,
  tone: 'good' | 'bad' | 'soft' = 'soft',
): HTMLElement {
  const { desk } = session
  return h(
    'div',
    { class: 'outcome' },
    h('span', { class: `outcome-mark tone-${tone}` }, icon(symbol)),
    viewHeading(title),
    texts.map((text) => h('p', { class: 'soft' }, text)),
    h(
      'div',
      { class: 'row' },
      h(
        'button',
        { type: 'button', class: 'button quiet', on: { click: () => desk.leave() } },
        desk.hasNext ? 'Next request' : 'Back to the wallet',
      ),
    ),
  )
}
