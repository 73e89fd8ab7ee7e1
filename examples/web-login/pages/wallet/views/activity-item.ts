import type { Activity } from '@uport-kit/wallet'
import { h } from '../dom/h.ts'
import { type IconName, icon } from '../dom/icon.ts'
import { nameOf } from '../session/known-names.ts'
import { claimLabel } from '../text/claim-text.ts'
import { shortDid, shortHex } from '../text/did-text.ts'
import { codeText } from '../text/error-text.ts'
import { momentText, timeAgo } from '../text/time-text.ts'
import { theirs } from './common.ts'

const KINDS: Readonly<Record<Activity['kind'], readonly [words: string, icon: IconName, tone: string]>> = {
  received: ['Request received', 'bell', 'soft'],
  rejected: ['Request refused by the wallet', 'shield', 'bad'],
  approved: ['Approved', 'check', 'good'],
  declined: ['Declined', 'cross', 'soft'],
  failed: ['Could not be done', 'warning', 'bad'],
  unsent: ['Answer never arrived', 'warning', 'warn'],
  expired: ['Request expired', 'clock', 'soft'],
  submitted: ['Transaction sent', 'send', 'soft'],
  confirmed: ['Transaction confirmed', 'check', 'good'],
  reverted: ['Transaction failed on the chain', 'warning', 'bad'],
  dropped: ['Transaction never took place', 'warning', 'bad'],
}

/** What kinds of requests are called. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['shareReq', 'login or data'],
  ['disclosureReq', 'login or data'],
  ['verReq', 'statement to sign'],
  ['ethtx', 'transaction'],
  ['eip712Req', 'data to sign'],
  ['personalSigReq', 'message to sign'],
])

/** One line of the wallet's history: names of claims, never their values. */
export function activityItem(
  line: Activity,
  names: ReadonlyMap<string, string>,
  isLong = false,
): HTMLElement {
  const [words, symbol, tone] = KINDS[line.kind]
  const who = line.requester === undefined ? undefined : nameOf(names, line.requester)
  const type = TYPES.get(line.requestType ?? '')
  const more = [
    line.names !== undefined && line.names.length > 0 ? line.names.map(claimLabel).join(', ') : undefined,
    line.code === undefined ? undefined : codeText(line.code),
    line.transaction === undefined ? undefined : shortHex(line.transaction.hash),
    isLong ? line.recipient : undefined,
    isLong ? momentText(line.at) : timeAgo(line.at, Date.now() / 1000),
  ].filter((text) => text !== undefined)
  return h(
    'li',
    { class: 'line' },
    icon(symbol, `icon row-icon tone-${tone}`),
    h(
      'span',
      { class: 'row-text' },
      h('span', { class: 'row-title' }, type === undefined ? words : `${words}: ${type}`),
      line.requester !== undefined &&
        h(
          'span',
          { class: 'row-who' },
          who === undefined
            ? shortDid(line.requester)
            : [theirs(who), isLong && ` (${shortDid(line.requester)})`],
        ),
      h('span', { class: 'row-more' }, more.join(' · ')),
    ),
  )
}
