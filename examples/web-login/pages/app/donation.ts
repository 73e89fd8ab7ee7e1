import type { Donation } from '../../src/shared/library-api.ts'
import { type AskTerms, askPerson, goOn, wasAsking } from '../shared/ask-person.ts'
import { h } from '../shared/h.ts'
import { call } from '../shared/site.ts'
import { shortText } from '../shared/text.ts'
import type { Library } from './library.ts'
import { report } from './report.ts'

const DONATION: AskTerms = {
  path: '/api/donations',
  messages: {
    title: 'Give 0.01 ether',
    scan: 'Scan this code with your wallet. It shows amount and fee before it sends anything.',
    open: 'Open my wallet on this device',
    refused: 'You said no in your wallet. Nothing was sent.',
    expired: 'This code has expired. Nothing was sent.',
    failed: 'Our server does not answer. Look at your wallet before you try again.',
  },
}
const POLL_MS = 500

/** A donation, asked for by the server: it reads from its own node whether the wallet has sent it. */
export function buildDonation(library: Library): HTMLElement {
  const status = h('div', { role: 'status' })
  const button = h(
    'button',
    { type: 'button', class: 'button quiet', on: { click: () => void give(false) } },
    'Give 0.01 ether',
  )

  const give = async (isResumed: boolean): Promise<void> => {
    library.say(undefined)
    button.disabled = true
    try {
      const { dialog } = library
      const resumed = isResumed ? goOn(dialog, DONATION) : undefined
      const result = await (resumed ?? askPerson(dialog, DONATION))
      if ('hash' in result) await follow(String(result.hash), status)
    } catch (error) {
      status.replaceChildren()
      await report(library, error, { what: 'The donation' })
    }
    button.disabled = false
  }

  if (wasAsking(DONATION.path)) queueMicrotask(() => void give(true))
  return h(
    'section',
    { class: 'card flat', 'aria-labelledby': 'donation-title' },
    h('h2', { id: 'donation-title' }, 'For the roof'),
    h(
      'p',
      { class: 'soft' },
      'The roof leaks over the atlases. A hundredth of an ether buys a slate. It is play money, and it helps.',
    ),
    h('div', { class: 'row' }, button),
    status,
  )
}

async function follow(hash: string, status: HTMLElement): Promise<void> {
  for (;;) {
    const donation = await call<Donation>(`/api/donations/${encodeURIComponent(hash)}`)
    const isUnderWay = donation.state === 'submitted'
    status.replaceChildren(
      h(
        'div',
        { class: `note ${KINDS[donation.state]}` },
        h('p', { class: isUnderWay ? 'busy' : '' }, textOf(donation)),
      ),
    )
    if (!isUnderWay) return
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

const KINDS = { submitted: '', confirmed: 'good', failed: 'bad' } as const

function textOf(donation: Donation): string {
  const id = shortText(donation.hash, 8, 4)
  if (donation.state === 'submitted') return `Sent (${id}). Waiting for a block.`
  if (donation.state === 'confirmed') return `Thank you! Your gift is in block ${donation.blockNumber}.`
  return `The chain did not take it (${id}). Nothing was given.`
}
