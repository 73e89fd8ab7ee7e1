import { isUportError } from '@uport-kit/core'
import { consentView } from '../consent/consent-view.ts'
import { doneView } from '../consent/done-view.ts'
import { ending } from '../consent/ending.ts'
import { h } from '../dom/h.ts'
import type { Part } from '../dom/live.ts'
import type { DeskState } from '../session/request-desk.ts'
import { errorText, reasonText } from '../text/error-text.ts'
import { theirs, viewHeading } from './common.ts'
import type { AppContext, View } from './view.ts'

/** The request before the person, from the first check to how it ended. */
export function requestView(context: AppContext): View {
  const { desk } = context.session
  const element = h('div', { class: 'view request' })
  let part: Part | undefined
  const show = (): void => {
    part?.dispose()
    part = partOf(desk.state, context)
    element.replaceChildren(part.element)
    document.title = `${titleOf(desk.state)} · Kit Wallet`
    scrollTo(0, 0)
    element.querySelector('h1')?.focus({ preventScroll: true })
  }
  const end = desk.onChange(() => {
    if (desk.state.kind !== 'idle') show()
  })
  show()
  return {
    title: titleOf(desk.state),
    element,
    dispose: () => {
      end()
      part?.dispose()
    },
  }
}

function titleOf({ kind }: DeskState): string {
  if (kind === 'done') return 'Done'
  return kind === 'failed' ? 'Not done' : 'Request'
}

function partOf(state: DeskState, context: AppContext): Part {
  switch (state.kind) {
    case 'asking':
      return consentView(state.screen, context)
    case 'sending':
      return still(
        busy(
          state.decision === 'approve' ? 'Signing and sending…' : 'Telling the site…',
          'This takes a moment. The answer is stored before it is sent.',
        ),
      )
    case 'done':
      return doneView(state, context)
    case 'failed':
      return still(failed(state, context))
    case 'elsewhere':
      return still(
        ending(
          'check',
          'Answered elsewhere',
          ['Another tab or window of this wallet has answered this request. Nothing is left to do here.'],
          context,
        ),
      )
    default:
      return still(checking(context))
  }
}

function checking({ session }: AppContext): HTMLElement {
  const element = busy(
    'Checking the request…',
    'Who asks, whether the signature is theirs, and where the answer would go.',
  )
  const leave = (): void => session.desk.leave()
  element.append(
    h('button', { type: 'button', class: 'button quiet', on: { click: leave } }, 'Back to the wallet'),
  )
  return element
}

function still(element: HTMLElement): Part {
  return { element, dispose: () => undefined }
}

function busy(title: string, text: string): HTMLElement {
  return h(
    'div',
    { class: 'outcome', role: 'status' },
    h('span', { class: 'spinner', 'aria-hidden': 'true' }),
    viewHeading(title),
    h('p', { class: 'soft' }, text),
  )
}

function failed({ error, screen }: Extract<DeskState, { kind: 'failed' }>, context: AppContext): HTMLElement {
  const { desk } = context.session
  const reason = reasonText(error)
  const texts = [errorText(error)]
  if (isUportError(error, 'REQUEST_EXPIRED') || isUportError(error, 'JWT_EXPIRED')) {
    return ending(
      'clock',
      'The request has expired',
      ['Nothing was sent. Ask the site for a new one.'],
      context,
    )
  }
  if (isUportError(error) && error.retryable)
    texts.push('The request waits here. The wallet tries again by itself.')
  else if (screen !== undefined && stays(error))
    texts.push('Nothing was sent. The request waits here: you can approve it again, or decline.')
  const element = ending('warning', 'This cannot be done', texts, context, 'bad')
  if (reason !== undefined)
    element.insertBefore(
      h('p', { class: 'soft small' }, 'The chain says: ', theirs(reason)),
      element.lastElementChild,
    )
  if (screen !== undefined && stays(error)) {
    const again = h(
      'button',
      { type: 'button', class: 'button', on: { click: () => void reviewAgain(screen.id, context) } },
      'Look at it again',
    )
    element.lastElementChild?.prepend(again)
  }
  return element

  function reviewAgain(id: string, { session }: AppContext): Promise<void> {
    desk.leave()
    return session.review(id)
  }
}

/** What is the wallet's own side, such as funds, leaves the request in the queue. */
function stays(error: unknown): boolean {
  return (
    isUportError(error) && !error.retryable && /^(?:KEY_|WALLET_|ACCOUNT_|RPC_|ESSENTIAL_)/.test(error.code)
  )
}
