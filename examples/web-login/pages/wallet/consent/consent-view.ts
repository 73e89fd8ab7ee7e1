import type { ConsentDecision, ConsentScreen } from '@uport-kit/wallet'
import { h } from '../dom/h.ts'
import { icon } from '../dom/icon.ts'
import type { Part } from '../dom/live.ts'
import { rememberDetails } from '../session/remember-details.ts'
import { claimLabel } from '../text/claim-text.ts'
import { shortDid } from '../text/did-text.ts'
import { theirs } from '../views/common.ts'
import type { AppContext } from '../views/view.ts'
import { countdown } from './countdown.ts'
import { disclosurePart } from './disclosure-part.ts'
import { countOf, missingOf, toApproval, typedOf } from './draft.ts'
import { credentialPart, otherPart, signaturePart, unsignedPart } from './other-parts.ts'
import { requesterCard, routeFacts } from './people.ts'
import { titlesOf } from './titles.ts'
import { transactionPart } from './transaction-part.ts'
import { warningsSection } from './warnings.ts'

/** A moment in which nothing can be pressed: what has just appeared under a finger was not chosen. */
const SETTLE_MS = 400

/** One request, as the person sees it before they decide. */
export function consentView(screen: ConsentScreen, context: AppContext): Part {
  const { desk } = context.session
  const { asks, approve } = titlesOf(screen)
  const clock = countdown(screen.expiresAt)
  const approveButton = h('button', { type: 'button', class: 'button large approve' }, approve)
  let isSettled = false
  let isComplete = true
  const hint = h('p', { class: 'small decision-hint', role: 'status' })
  const { element: body, approval } = bodyOf(screen, context, (missing, count) => {
    isComplete = missing.length === 0
    approveButton.disabled = !(isSettled && isComplete)
    hint.textContent =
      missing.length > 0 ? `The site cannot do without: ${missing.map(claimLabel).join(', ')}` : ''
    if (screen.details.kind === 'disclosure') {
      approveButton.textContent =
        count === 0 ? 'Log in' : `Share ${count === 1 ? 'one thing' : `${count} things`}`
    }
  })
  const decide = (decision: ConsentDecision): void => desk.decide(decision)
  approveButton.addEventListener('click', () => decide(approval()))
  const others = (['decline', 'later'] as const).map((decision) =>
    h(
      'button',
      {
        type: 'button',
        class: 'button large quiet',
        disabled: true,
        on: { click: () => decide({ decision }) },
      },
      decision === 'later' ? 'Later' : 'Decline',
    ),
  )
  approveButton.disabled = true
  const settle = setTimeout(() => {
    isSettled = true
    for (const button of others) button.disabled = false
    approveButton.disabled = !isComplete
  }, SETTLE_MS)
  const element = h(
    'article',
    { class: 'consent', 'aria-labelledby': 'consent-title' },
    h('div', { class: 'consent-top' }, h('span', { class: 'eyebrow' }, 'Request'), clock.element),
    h('h1', { class: 'view-title', id: 'consent-title', tabindex: '-1' }, whoText(screen), ` ${asks}`),
    requesterCard(screen),
    warningsSection(screen),
    body,
    routeFacts(screen),
    identitySwitch(screen, decide),
    h('div', { class: 'decision' }, hint, h('div', { class: 'decision-buttons' }, others, approveButton)),
  )
  return {
    element,
    dispose: () => {
      clearTimeout(settle)
      clock.dispose()
    },
  }
}

function whoText({ requester }: ConsentScreen): Node | string {
  if (requester === undefined) return ''
  const { name, did } = requester
  return theirs(name === undefined ? shortDid(did) : `“${name.text}”`)
}

interface Body {
  readonly element: HTMLElement
  readonly approval: () => ConsentDecision
}

function bodyOf(
  screen: ConsentScreen,
  { session }: AppContext,
  changed: (missing: readonly string[], count: number) => void,
): Body {
  const { details, identity } = screen
  if (details.kind === 'disclosure') {
    const tell = (): void => changed(missingOf(part.draft(), details), countOf(part.draft()))
    const part = disclosurePart(details, identity, () => tell())
    tell()
    const approval = (): ConsentDecision => {
      if (part.draft().remember) void rememberDetails(session.wallet, screen, typedOf(part.draft()))
      return toApproval(part.draft(), details)
    }
    return { element: part.element, approval }
  }
  return { element: plainBody(screen), approval: () => ({ decision: 'approve' }) }

  function plainBody({ details: shown }: ConsentScreen): HTMLElement {
    if (shown.kind === 'credential') return credentialPart(shown)
    if (shown.kind === 'signature') return signaturePart(shown, identity)
    if (shown.kind === 'transaction') return transactionPart(shown, session)
    if (shown.kind === 'unsigned') return unsignedPart(shown)
    return shown.kind === 'other' ? otherPart(shown) : h('div')
  }
}

/** Who answers, and who else could. */
function identitySwitch(
  { identity, identities }: ConsentScreen,
  decide: (decision: ConsentDecision) => void,
): HTMLElement | undefined {
  if (identities.length < 2) return undefined
  const select = h(
    'select',
    { id: 'identity', class: 'input' },
    identities.map(({ did, label }) =>
      h('option', { value: did, selected: did === identity }, `${label ?? 'Nameless'} (${shortDid(did)})`),
    ),
  )
  select.addEventListener('change', () => {
    const chosen = identities.find(({ did }) => did === select.value)
    if (chosen !== undefined && chosen.did !== identity) decide({ decision: 'switch', identity: chosen.did })
  })
  return h(
    'section',
    { class: 'stack tight' },
    h('label', { class: 'section-title', for: 'identity' }, icon('swap'), ' You answer as'),
    select,
  )
}
