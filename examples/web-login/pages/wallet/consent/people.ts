import type { JsonObject } from '@uport-kit/core'
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
    h('div', { class: 'stack tight' }, nameLines(name?.text, attested.length > 0)),
    h('div', { class: 'stack tight requester-facts' }, [
      attested.map(({ issuer, claim }) =>
        h(
          'p',
          { class: 'proven' },
          icon('check'),
          theirs(shortDid(issuer)),
          'confirms:',
          theirs(factsText(claim)),
        ),
      ),
      h('p', { class: 'proven' }, icon('check'), 'Signed by', copyable(did, 'DID of the site')),
      description !== undefined && h('p', { class: 'soft small' }, theirs(description.text)),
      url !== undefined && h('p', { class: 'soft small' }, 'Says that its address is ', theirs(url.text)),
    ]),
  )
}

function nameLines(name: string | undefined, isAttested: boolean): readonly HTMLElement[] {
  if (name === undefined) return [h('p', { class: 'requester-name' }, 'It gives no name')]
  const shown = h('p', { class: 'requester-name' }, theirs(name))
  return isAttested ? [shown] : [shown, h('p', { class: 'unproven' }, 'It calls itself so: unproven')]
}

function factsText(claim: JsonObject): string {
  return Object.entries(claim)
    .map(([name, value]) => `${claimLabel(name)} ${valueText(value)}`)
    .join(', ')
}

const ARRIVALS = {
  scan: 'You scanned its code',
  link: 'Its link opened this wallet',
  push: 'Pushed to this wallet, which you allowed',
  paste: 'You pasted its link',
} as const

/** Where the answer goes, how that is known, and how the request came. */
export function routeFacts({ recipient, arrival, sealed, bound, details }: ConsentScreen): HTMLElement {
  const origin = 'origin' in recipient ? recipient.origin : undefined
  const isOffer = details.kind === 'credential'
  return h(
    'section',
    { class: 'stack tight', 'aria-labelledby': 'route' },
    h(
      'h2',
      { class: 'section-title', id: 'route' },
      isOffer ? 'Who hears that you keep it' : 'Where the answer goes',
    ),
    h('dl', { class: 'facts card flat compact' }, [
      fact('Receiver', receiverText(origin, isOffer)),
      !(isOffer && origin === undefined) && fact('How that is known', trustText(recipient.trust)),
      !isOffer &&
        fact(
          'Who can read it',
          sealed ? 'The site alone: it is encrypted' : 'The site, and who carries it there',
        ),
      fact('How it came', ARRIVALS[arrival]),
      bound === 'request' && fact('Of use for', 'This one request'),
    ]),
  )
}

function receiverText(origin: string | undefined, isOffer: boolean): HTMLElement | string {
  if (origin !== undefined) return h('strong', { class: 'origin' }, theirs(origin))
  return isOffer ? 'Nobody' : 'Unknown'
}

function trustText(trust: ConsentScreen['recipient']['trust']): string {
  if (trust === 'attested') return 'This address itself vouches for whoever asks'
  if (trust === 'claimed') return 'Whoever asks has signed it; the address does not confirm it'
  return 'Nobody signed it'
}
