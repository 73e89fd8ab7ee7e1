import { h } from '../dom/h.ts'
import { icon } from '../dom/icon.ts'
import { live, type Part } from '../dom/live.ts'
import type { DeskState } from '../session/request-desk.ts'
import { shortHex } from '../text/did-text.ts'
import { errorText, reasonText } from '../text/error-text.ts'
import { copyable, theirs } from '../views/common.ts'
import type { AppContext } from '../views/view.ts'
import { ending } from './ending.ts'
import { doneText } from './titles.ts'

/** Long enough to read where it goes. */
const RETURN_MS = 1800

const ENDS = {
  approved: ['check', 'Approved', 'good'],
  declined: ['cross', 'Declined', 'soft'],
  failed: ['warning', 'It failed', 'bad'],
  later: ['clock', 'Put off', 'soft'],
} as const

/** What happened after the person decided, and the way back to the site. */
export function doneView(
  { screen, outcome }: Extract<DeskState, { kind: 'done' }>,
  context: AppContext,
): Part {
  const { decision, cause, delivered, returnUrl } = outcome
  const [symbol, title, tone] = ENDS[decision]
  const isTold = delivered || decision === 'failed'
  const reason = reasonText(cause)
  const texts = [
    ...(cause === undefined ? [] : [errorText(cause)]),
    ...(reason === undefined ? [] : [`The chain says: ${reason}`]),
    ...(isTold ? [doneText(screen, decision)] : []),
  ]
  const element = ending(symbol, title, texts, context, tone)
  const progress = live(
    context.session,
    () => load(screen.id, context),
    (data) => render(data, delivered),
  )
  element.insertBefore(progress.element, element.lastElementChild)
  const timer = returnUrl === undefined ? undefined : leadBack(returnUrl, element)
  return {
    element,
    dispose: () => {
      progress.dispose()
      clearTimeout(timer)
    },
  }
}

interface Progress {
  readonly isWaiting: boolean
  readonly transaction?: { readonly kind: string; readonly hash: string } | undefined
}

async function load(id: string, { session }: AppContext): Promise<Progress> {
  const { wallet } = session
  const [undelivered, lines] = await Promise.all([wallet.undelivered(), wallet.activity.list()])
  const line = lines.findLast(({ requestId, transaction }) => requestId === id && transaction !== undefined)
  const transaction =
    line?.transaction === undefined ? undefined : { kind: line.kind, hash: line.transaction.hash }
  return { isWaiting: undelivered.includes(id), transaction }
}

const STAGES: ReadonlyMap<string, readonly [words: string, tone: string]> = new Map([
  ['submitted', ['Sent. Waiting for a block…', 'soft']],
  ['confirmed', ['Confirmed: it is in a block.', 'good']],
  ['reverted', ['It is in a block, and failed there: nothing was changed but the fee.', 'bad']],
  ['dropped', ['The network dropped it: it never took place.', 'bad']],
])

/** Whether the answer arrived, and what became of the transaction: both change while they are shown. */
function render({ isWaiting, transaction }: Progress, delivered: boolean): readonly Node[] {
  const nodes: Node[] = []
  if (isWaiting) {
    nodes.push(
      h(
        'p',
        { class: 'card flat banner warn', role: 'status' },
        icon('warning'),
        h(
          'span',
          {},
          'The site cannot be reached right now. Your answer is stored here, and sent again by itself.',
        ),
      ),
    )
  } else if (!delivered)
    nodes.push(h('p', { class: 'proven', role: 'status' }, icon('check'), 'Your answer has arrived.'))
  if (transaction !== undefined) {
    const [words, tone] = STAGES.get(transaction.kind) ?? ['', 'soft']
    nodes.push(
      h(
        'div',
        { class: 'card flat transaction-state', role: 'status' },
        h(
          'p',
          { class: `tone-${tone}` },
          transaction.kind === 'submitted'
            ? h('span', { class: 'spinner small', 'aria-hidden': 'true' })
            : undefined,
          h('strong', {}, words),
        ),
        copyable(transaction.hash, 'the transaction’s hash', shortHex(transaction.hash)),
      ),
    )
  }
  return nodes
}

/** Back to the page that asked, on this device. The address may carry the answer: it is opened once, and not shown. */
function leadBack(returnUrl: string, element: HTMLElement): ReturnType<typeof setTimeout> {
  const { protocol, host } = new URL(returnUrl)
  const where = host === '' ? protocol : host
  const go = (): void => location.assign(returnUrl)
  const button = h('button', { type: 'button', class: 'button', on: { click: go } }, 'Go back to the site')
  element.lastElementChild?.prepend(button)
  element.insertBefore(
    h('p', { class: 'soft', role: 'status' }, 'Taking you back to ', theirs(where), '…'),
    element.lastElementChild,
  )
  return setTimeout(go, RETURN_MS)
}
