import { isUportError } from '@uport-kit/core'
import { h } from './h.ts'
import { isAway, SiteError } from './site.ts'

/** Something that the person is to know of what has just happened. */
export interface Notice {
  readonly kind: 'good' | 'warn' | 'bad' | ''
  readonly title: string
  readonly text: string
  /** What may be done about it. */
  readonly action?: { readonly label: string; readonly run: () => void } | undefined
}

/** Where notices are shown: a live region, so that they are read out, too. */
export function noticeArea(): { readonly element: HTMLElement; show(notice: Notice | undefined): void } {
  const element = h('div', { class: 'notices', role: 'status' })
  return {
    element,
    show(notice) {
      element.replaceChildren()
      if (notice === undefined) return
      const { kind, title, text, action } = notice
      element.append(
        h(
          'div',
          { class: `note ${kind}` },
          h('p', {}, h('strong', {}, title), ' ', text),
          action &&
            h(
              'button',
              { type: 'button', class: 'button quiet small', on: { click: action.run } },
              action.label,
            ),
        ),
      )
    },
  }
}

export interface FailureWords {
  /** What was being done, such as `The login`. */
  readonly what: string
  readonly again?: (() => void) | undefined
}

/** What to say where something that the person was asked came to nothing. */
export function noticeOf(error: unknown, { what, again }: FailureWords): Notice {
  const action = again && { label: 'Try again', run: again }
  if (isUportError(error, 'REQUEST_REFUSED'))
    return { kind: 'warn', title: 'You said no in your wallet.', text: 'Nothing was shared.', action }
  if (isUportError(error, 'REQUEST_EXPIRED'))
    return { kind: 'warn', title: 'The code has expired.', text: 'Nothing was shared.', action }
  if (isUportError(error, 'REQUEST_DISMISSED') || isUportError(error, 'REQUEST_CANCELLED'))
    return {
      kind: '',
      title: `${what} was cancelled.`,
      text: 'You can start again whenever you like.',
      action,
    }
  if (error instanceof SiteError && error.code === 'SESSION_EXPIRED')
    return { kind: 'warn', title: 'Your session has ended.', text: 'Please log in again.' }
  if (error instanceof SiteError && error.code === 'NOT_SIGNED_IN')
    return { kind: 'warn', title: 'You are not logged in.', text: 'Please log in first.' }
  if (error instanceof SiteError && error.message !== '')
    return { kind: 'bad', title: 'That was not possible.', text: error.message, action }
  if (isAway(error))
    return {
      kind: 'bad',
      title: 'Our server does not answer.',
      text: 'It may be back in a moment.',
      action,
    }
  return { kind: 'bad', title: `${what} did not work.`, text: 'Please try it once more.', action }
}
