import type {
  AskedAccount,
  AskedClaim,
  AskedCredential,
  DisclosureDetails,
  OfferedCredential,
} from '@uport-kit/wallet'
import { h } from '../dom/h.ts'
import { icon } from '../dom/icon.ts'
import { claimLabel, valueText } from '../text/claim-text.ts'
import { shortDid } from '../text/did-text.ts'
import { dateText } from '../text/time-text.ts'
import { copyable, theirs } from '../views/common.ts'
import {
  type ClaimDraft,
  createDraft,
  type DisclosureDraft,
  typedOf,
  withClaim,
  withCredential,
} from './draft.ts'
import { jsonView } from './json-view.ts'

export interface DisclosurePart {
  readonly element: HTMLElement
  readonly draft: () => DisclosureDraft
}

/** What would leave the wallet, to be ticked and edited; and what was asked for and is not there. */
export function disclosurePart(
  details: DisclosureDetails,
  identity: string,
  changed: () => void,
): DisclosurePart {
  let draft = createDraft(details)
  const rememberTick = h('input', { type: 'checkbox', id: 'remember' })
  rememberTick.addEventListener('change', () => update({ ...draft, remember: rememberTick.checked }))
  const remember = h(
    'p',
    { class: 'remember small', hidden: true },
    rememberTick,
    h('label', { for: 'remember' }, 'Keep what I typed in this wallet, for the next site that asks'),
  )
  const update = (next: DisclosureDraft): void => {
    draft = next
    remember.hidden = Object.keys(typedOf(draft)).length === 0
    changed()
  }
  const lacking = details.credentials.filter(({ offered }) => offered.length === 0)
  const element = h(
    'div',
    { class: 'stack' },
    h(
      'section',
      { class: 'stack tight', 'aria-labelledby': 'leaves' },
      h('h2', { class: 'section-title', id: 'leaves' }, 'What leaves your wallet'),
      h('ul', { class: 'tell card flat' }, [
        h(
          'li',
          { class: 'tell-row is-fixed' },
          icon('check', 'icon tell-fixed'),
          h(
            'div',
            { class: 'tell-text' },
            h('span', { class: 'tell-name' }, 'Your DID'),
            copyable(identity, 'your DID'),
            h('span', { class: 'soft small' }, 'Always: it is how the site knows you again.'),
          ),
        ),
        draft.claims.map((claim) =>
          claimRow(claim, (change) => update(withClaim(draft, claim.asked.name, change))),
        ),
        details.credentials.flatMap((asked) =>
          asked.offered.map((one) =>
            credentialRow(asked, one, (isShown) => update(withCredential(draft, one.id, isShown))),
          ),
        ),
        details.account !== undefined &&
          accountRow(details.account, (account) => update({ ...draft, account })),
      ]),
      remember,
    ),
    lacking.length > 0 && missingSection(lacking),
    permissions(details, (push) => update({ ...draft, push })),
  )
  return { element, draft: () => draft }
}

function claimRow(
  { asked, isTold, value }: ClaimDraft,
  change: (change: Partial<Omit<ClaimDraft, 'asked'>>) => void,
): HTMLElement {
  const { name, essential, reason } = asked
  const id = `claim-${encodeURIComponent(name)}`
  const isText = value === undefined || typeof value === 'string'
  const label = claimLabel(name)
  const tick = h('input', {
    type: 'checkbox',
    id: `${id}-tick`,
    'aria-label': `Tell ${label}`,
    checked: isTold,
    disabled: essential && isTold,
  })
  const field = h('input', {
    type: 'text',
    id,
    class: 'input',
    value: typeof value === 'string' ? value : '',
    maxlength: '512',
    placeholder: essential ? 'Needed' : 'Not in your wallet',
    autocomplete: 'off',
  })
  tick.addEventListener('change', () => {
    change({ isTold: tick.checked })
    if (tick.checked && isText && field.value === '') field.focus()
  })
  field.addEventListener('input', () => {
    tick.checked = field.value !== ''
    change({ isTold: tick.checked, value: field.value })
  })
  return h(
    'li',
    { class: 'tell-row' },
    tick,
    h(
      'div',
      { class: 'tell-text' },
      h(
        'div',
        { class: 'tell-name' },
        h('label', { for: isText ? id : `${id}-tick` }, theirs(label)),
        essential ? h('span', { class: 'tag needed' }, 'needed') : h('span', { class: 'tag' }, 'optional'),
      ),
      isText ? field : h('span', { class: 'tell-value' }, theirs(valueText(value))),
      siteReason(reason),
    ),
  )
}

function credentialRow(
  asked: AskedCredential,
  { id, issuer, claim, expiresAt, proposed }: OfferedCredential,
  change: (isShown: boolean) => void,
): HTMLElement {
  const label = claimLabel(asked.type)
  const tick = h('input', { type: 'checkbox', id: `credential-${id}`, checked: proposed })
  tick.addEventListener('change', () => change(tick.checked))
  return h(
    'li',
    { class: 'tell-row' },
    tick,
    h(
      'div',
      { class: 'tell-text' },
      h(
        'div',
        { class: 'tell-name' },
        h('label', { for: `credential-${id}` }, theirs(label)),
        h('span', { class: 'tag verified' }, 'verified'),
        asked.essential && h('span', { class: 'tag needed' }, 'needed'),
      ),
      jsonView(claim),
      h(
        'span',
        { class: 'soft small' },
        'Confirmed by ',
        theirs(shortDid(issuer)),
        expiresAt === undefined ? '' : `, until ${dateText(expiresAt)}`,
      ),
      siteReason(asked.reason),
    ),
  )
}

/** The site's own words on why it asks. */
function siteReason(reason: AskedClaim['reason']): HTMLElement | undefined {
  return reason && h('span', { class: 'soft small' }, 'The site’s reason: ', theirs(reason.text))
}

const ACCOUNTS = {
  general: 'Your account',
  keypair: 'An account for this site alone',
  segregated: 'A contract account for this site alone',
  devicekey: 'The key of this device',
} as const

/** No request can make an account essential: one that is there can be withheld. */
function accountRow(
  { kind, mnid, available, privateChain }: AskedAccount,
  change: (isTold: boolean) => void,
): HTMLElement {
  const title = kind in ACCOUNTS ? ACCOUNTS[kind as keyof typeof ACCOUNTS] : 'An account'
  const tick = h('input', { type: 'checkbox', id: 'account', checked: true })
  tick.addEventListener('change', () => change(tick.checked))
  const name = available
    ? [h('label', { for: 'account' }, title), h('span', { class: 'tag' }, 'optional')]
    : [h('span', {}, title)]
  return h(
    'li',
    { class: available ? 'tell-row' : 'tell-row is-fixed' },
    available ? tick : icon('cross', 'icon tell-fixed'),
    h('div', { class: 'tell-text' }, h('div', { class: 'tell-name' }, ...name), [
      mnid !== undefined
        ? copyable(mnid, 'the account')
        : h(
            'span',
            { class: 'soft small' },
            available
              ? 'It is made when you agree. No other site can tell that it is yours.'
              : 'This wallet has none of that kind. Nothing is told.',
          ),
      privateChain !== undefined &&
        h('span', { class: 'soft small' }, 'On a chain of the site’s own, at ', theirs(privateChain.host)),
    ]),
  )
}

function missingSection(lacking: readonly AskedCredential[]): HTMLElement {
  return h(
    'section',
    { class: 'stack tight', 'aria-labelledby': 'missing' },
    h('h2', { class: 'section-title', id: 'missing' }, 'Asked for, and not in your wallet'),
    h(
      'ul',
      { class: 'tell card flat' },
      lacking.map(({ type, essential, issuers, reason }) =>
        h(
          'li',
          { class: 'tell-row is-fixed' },
          icon('cross', 'icon tell-fixed'),
          h(
            'div',
            { class: 'tell-text' },
            h(
              'span',
              { class: 'tell-name' },
              theirs(claimLabel(type)),
              h('span', { class: essential ? 'tag needed' : 'tag' }, essential ? 'needed' : 'optional'),
            ),
            h(
              'span',
              { class: 'soft small' },
              issuers.length === 0
                ? 'A credential that anybody issued'
                : ['A credential of ', theirs(issuers.slice(0, 3).map(shortDid).join(', '))],
            ),
            siteReason(reason),
          ),
        ),
      ),
    ),
  )
}

function permissions(
  { push, permissions: asked }: DisclosureDetails,
  change: (push: boolean) => void,
): HTMLElement | undefined {
  const others = asked.filter(({ text }) => text !== 'notifications')
  if (push !== true && others.length === 0) return undefined
  const tick = h('input', { type: 'checkbox', id: 'push', 'aria-describedby': 'push-help' })
  tick.addEventListener('change', () => change(tick.checked))
  return h(
    'section',
    { class: 'stack tight', 'aria-labelledby': 'rights' },
    h('h2', { class: 'section-title', id: 'rights' }, 'What the site would like to be allowed'),
    h('ul', { class: 'tell card flat' }, [
      push === true &&
        h(
          'li',
          { class: 'tell-row' },
          tick,
          h(
            'div',
            { class: 'tell-text' },
            h('label', { class: 'tell-name', for: 'push' }, 'Push requests to this wallet'),
            h(
              'span',
              { class: 'soft small', id: 'push-help' },
              'You can take it back at any time, in Settings.',
            ),
          ),
        ),
      others.map(({ text }) =>
        h(
          'li',
          { class: 'tell-row is-fixed' },
          icon('cross', 'icon tell-fixed'),
          h(
            'div',
            { class: 'tell-text' },
            h('span', { class: 'tell-name' }, theirs(text)),
            h('span', { class: 'soft small' }, 'Never granted by this wallet.'),
          ),
        ),
      ),
    ]),
  )
}
