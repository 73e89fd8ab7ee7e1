import type { ConsentScreen, ConsentWarning } from '@uport-kit/wallet'
import { h } from '../dom/h.ts'
import { icon } from '../dom/icon.ts'

const WORDS: Readonly<Record<ConsentWarning, string | undefined>> = {
  unsigned: 'Nobody signed this request: whoever passed it on may have written every word of it.',
  unpinned: 'The server that holds the request could have exchanged it for another one.',
  unsealed: 'The answer is not encrypted for the site: the relay that carries it can read it.',
  'recipient-claimed': undefined,
  'recipient-unknown': 'Nobody signed where the answer goes.',
  'expiry-assumed': 'The request names no end; the wallet gives it ten minutes.',
  'altered-text': 'A text held characters that deceive the eye, or was overlong. It is shown without them.',
  'unproven-requester': undefined,
  'essential-missing': undefined,
  'private-chain':
    'This happens on a chain of the site’s own. Whoever runs it sees everything there, and can forge it.',
}

/** Said of an answer's way. Of a credential that is offered nothing is answered but that it is kept. */
const OF_ANSWERS: ReadonlySet<ConsentWarning> = new Set(['unsealed', 'recipient-unknown', 'expiry-assumed'])

/** What the person must know. Those that have a place of their own on the screen are said there. */
export function warningsSection({ warnings, recipient, details }: ConsentScreen): HTMLElement | undefined {
  const texts = warnings
    .filter((warning) => details.kind !== 'credential' || !OF_ANSWERS.has(warning))
    .flatMap((warning) => WORDS[warning] ?? [])
  if ('origin' in recipient && recipient.origin?.includes('xn--') === true) {
    texts.push('The receiver’s address has letters of another script. It may look like one that you know.')
  }
  if (texts.length === 0) return undefined
  return h(
    'section',
    { class: 'card flat banner warn', 'aria-labelledby': 'warnings' },
    icon('warning'),
    h(
      'div',
      { class: 'stack tight' },
      h('h2', { class: 'banner-title', id: 'warnings' }, 'Be careful'),
      h(
        'ul',
        { class: 'plain' },
        texts.map((text) => h('li', {}, text)),
      ),
    ),
  )
}
