import type { Json, JsonObject } from '@uport-kit/core'
import type { Approval, AskedClaim, DisclosureDetails } from '@uport-kit/wallet'

/** One own claim as the person has it before them. */
export interface ClaimDraft {
  readonly asked: AskedClaim
  readonly isTold: boolean
  readonly value: Json | undefined
}

/** What the person is about to approve of. */
export interface DisclosureDraft {
  readonly claims: readonly ClaimDraft[]
  readonly credentials: ReadonlySet<string>
  /** Whether the account is told that is asked for. */
  readonly account: boolean
  readonly push: boolean
  /** Whether the wallet keeps what was typed. */
  readonly remember: boolean
}

/** As the screen proposes it: what the wallet has is told. Leave to push is never given by the way. */
export function createDraft({ own, credentials, account }: DisclosureDetails): DisclosureDraft {
  const proposed = credentials.flatMap(({ offered }) => offered.filter((one) => one.proposed))
  return {
    claims: own.map((asked) => ({ asked, isTold: asked.value !== undefined, value: asked.value })),
    credentials: new Set(proposed.map(({ id }) => id)),
    account: account?.available === true,
    push: false,
    remember: false,
  }
}

export function withClaim(
  draft: DisclosureDraft,
  name: string,
  change: Partial<Omit<ClaimDraft, 'asked'>>,
): DisclosureDraft {
  const claims = draft.claims.map((claim) => (claim.asked.name === name ? { ...claim, ...change } : claim))
  return { ...draft, claims }
}

export function withCredential(draft: DisclosureDraft, id: string, isShown: boolean): DisclosureDraft {
  const credentials = new Set(draft.credentials)
  if (isShown) credentials.add(id)
  else credentials.delete(id)
  return { ...draft, credentials }
}

/** Names of what is essential and would not be told: with these missing, there is no answer. */
export function missingOf(draft: DisclosureDraft, { credentials }: DisclosureDetails): readonly string[] {
  const own = draft.claims.filter(({ asked, ...claim }) => asked.essential && !isGiven(claim))
  const verified = credentials.filter(
    ({ essential, offered }) => essential && !offered.some(({ id }) => draft.credentials.has(id)),
  )
  return [...own.map(({ asked }) => asked.name), ...verified.map(({ type }) => type)]
}

/** Exactly what the person sees ticked, and nothing else. */
export function toApproval(draft: DisclosureDraft, { account, push }: DisclosureDetails): Approval {
  const told = draft.claims.filter(isGiven)
  const own: JsonObject = Object.fromEntries(told.map(({ asked, value }) => [asked.name, value as Json]))
  return {
    decision: 'approve',
    own,
    credentials: [...draft.credentials],
    ...(account?.available === true && !draft.account ? { account: false } : {}),
    ...(push === true && draft.push ? { push: true } : {}),
  }
}

/** What the person typed and the wallet does not have so. */
export function typedOf(draft: DisclosureDraft): JsonObject {
  const typed = draft.claims.filter((claim) => isGiven(claim) && claim.value !== claim.asked.value)
  return Object.fromEntries(typed.map(({ asked, value }) => [asked.name, value as Json]))
}

/** How many things leave the wallet beside the DID. */
export function countOf(draft: DisclosureDraft): number {
  return draft.claims.filter(isGiven).length + draft.credentials.size + (draft.account ? 1 : 0)
}

function isGiven({ isTold, value }: Pick<ClaimDraft, 'isTold' | 'value'>): boolean {
  return isTold && value !== undefined && value !== null && value !== ''
}
