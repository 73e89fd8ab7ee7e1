import { h } from '../dom/h.ts'
import { live } from '../dom/live.ts'
import { knownNames } from '../session/known-names.ts'
import { activityItem } from './activity-item.ts'
import { emptyState, viewHeading } from './common.ts'
import { removal } from './credentials-view.ts'
import type { AppContext, View } from './view.ts'

const MAX_LINES = 200

/** What the wallet did: names of claims, never their values. */
export function activityView({ session }: AppContext): View {
  const load = async () => {
    const [lines, names] = await Promise.all([
      session.wallet.activity.list(),
      knownNames(session.parts.store),
    ])
    return { lines: lines.slice(-MAX_LINES).reverse(), names }
  }
  const clear = (): void => void session.wallet.activity.clear()
  const part = live(session, load, ({ lines, names }) =>
    lines.length === 0
      ? [
          emptyState(
            'clock',
            'Nothing yet',
            'Each request and what became of it is written down here. No other device has this log.',
          ),
        ]
      : [
          h(
            'ul',
            { class: 'rows' },
            lines.map((line) => activityItem(line, names, true)),
          ),
          removal('Clear the log', 'Answered requests stay answered; only their lines go.', clear),
        ],
  )
  const element = h('div', { class: 'stack view' }, viewHeading('Activity'), part.element)
  return { title: 'Activity', element, dispose: part.dispose }
}
