import type { ConsentScreen } from '@uport-kit/wallet'
import { h } from '../dom/h.ts'
import { icon } from '../dom/icon.ts'
import { claimLabel, valueText } from '../text/claim-text.ts'
import { shortDid } from '../text/did-text.ts'
import { copyable, fact, monogram, theirs } from '../views/common.ts'

/** Who asks: what is proven apart from what they only say. */
export function requesterCard({ requester }: ConsentScreen): HTMLElement {
  if (requester === undefined) {
    return h(
      'section',
      { class: 'requester', 'aria-label': 'Who asks' },
      monogram('?'),
      h(
        'div',
        {},
        h('p', { class: 'requester-name' }, 'Nobody is known to have asked'),
        h('p', { class: 'soft small' }, 'The request carries no signature.'),
      ),
    )
  }
  const { did, name, description, url, attested } = requester
  return h(
    'section',
    { class: 'requester', 'aria-label': 'Who asks' },
    monogram(name?.text ?? did),
    h(
      'div',
      { class: 'stack tight' },
      name !== undefined && h('p', { class: 'requester-name' }, theirs(name.text)),
      name !== undefined &&
        attested.length === 0 &&
        h('p', { class: 'unproven' }, 'It calls itself so. Nobody vouches for the name.'),
      attested.map(({ issuer, claim }) =>
        h(
          'p',
          { class: 'proven' },
          icon('check'),
          h(
            'span',
            {},
            theirs(shortDid(issuer)),
            ' confirms: ',
            theirs(
              Object.entries(claim)
                .map(([key, value]) => `${claimLabel(key)} ${valueText(value)}`)
                .join(', '),
            ),
          ),
        ),
      ),
      h(
        'p',
        { class: 'proven' },
        icon('check'),
        h('span', {}, 'Signed by '),
        copyable(did, 'DID of the site'),
      ),
      description !== undefined && h('p', { class: 'soft small' }, theirs(description.text)),
      url !== undefined &&
        h('p', { class: 'soft small' }, 'It gives the address ', theirs(url.text), ' (not proven)'),
    ),
  )
}

const ARRIVALS = {
  scan: 'You scanned its code',
  link: 'Its link opened this wallet',
  push: 'Pushed to this wallet, which you allowed',
  paste: 'You pasted its link',
} as const

/** Where the answer goes, how that is known, and how the request came. */
export function routeFacts({ recipient, arrival, sealed, bound }: ConsentScreen): HTMLElement {
  const origin = 'origin' in recipient ? recipient.origin : undefined
  return h(
    'section',
    { class: 'stack tight', 'aria-labelledby': 'route' },
    h('h2', { class: 'section-title', id: 'route' }, 'Where the answer goes'),
    h('dl', { class: 'facts card flat compact' }, [
      fact('Receiver', origin === undefined ? 'Unknown' : h('strong', { class: 'origin' }, theirs(origin))),
      fact('How that is known', trustText(recipient.trust)),
      fact(
        'Who can read it',
        sealed ? 'The site alone: it is encrypted' : 'The site, and who carries it there',
      ),
      fact('How it came', ARRIVALS[arrival]),
      bound === 'request' && fact('Of use for', 'This one request'),
    ]),
  )
}

function trustText(trust: ConsentScreen['recipient']['trust']): string {
  if (trust === 'attested') return 'This address itself vouches for whoever asks'
  if (trust === 'claimed') return 'Whoever asks has signed it; the address does not confirm it'
  return 'Nobody signed it'
}
