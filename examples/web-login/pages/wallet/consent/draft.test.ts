import type { DisclosureDetails } from '@uport-kit/wallet'
import { describe, expect, it } from 'vitest'
import { countOf, createDraft, missingOf, toApproval, typedOf, withClaim, withCredential } from './draft.ts'

const shown = (text: string) => ({ text, altered: false })
const offered = (id: string, proposed: boolean) => ({
  id,
  issuer: 'did:key:issuer' as const,
  claim: { residence: 'Zug' },
  proposed,
})
const details: DisclosureDetails = {
  kind: 'disclosure',
  own: [
    { name: 'name', label: shown('name'), essential: true, value: 'Ada' },
    { name: 'email', label: shown('email'), essential: false },
    { name: '__proto__', label: shown('__proto__'), essential: false },
  ],
  credentials: [
    {
      type: 'residence',
      label: shown('residence'),
      essential: true,
      issuers: [],
      offered: [offered('new', true), offered('old', false)],
    },
  ],
  permissions: [],
  push: true,
  missing: { own: [], verifiable: [] },
  leaves: [],
}

describe('a draft of what is told', () => {
  it('is what the screen proposes, without leave to push', () => {
    const draft = createDraft(details)
    expect(toApproval(draft, details)).toEqual({
      decision: 'approve',
      own: { name: 'Ada' },
      credentials: ['new'],
    })
    expect([countOf(draft), missingOf(draft, details)]).toEqual([2, []])
  })

  it('counts the account that is told, also one that is made for it', () => {
    const account = { kind: 'keypair', available: true } as const
    expect(countOf(createDraft({ ...details, account }))).toBe(3)
    expect(countOf(createDraft({ ...details, account: { ...account, available: false } }))).toBe(2)
  })

  it('withholds the account that the person unticked, and says nothing of one that there is not', () => {
    const account = { kind: 'general', mnid: '2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX', available: true } as const
    const asked = { ...details, account }
    const draft = createDraft(asked)
    expect(toApproval(draft, asked)).not.toHaveProperty('account')
    const withheld = { ...draft, account: false }
    expect([toApproval(withheld, asked).account, countOf(withheld)]).toEqual([false, 2])
    const absent = { ...details, account: { kind: 'general', available: false } as const }
    expect(toApproval(createDraft(absent), absent)).not.toHaveProperty('account')
  })

  it('tells what the person ticked and typed, and no more', () => {
    let draft = withClaim(createDraft(details), 'email', { isTold: true, value: 'ada@example.org' })
    draft = withClaim(draft, '__proto__', { isTold: true, value: 'x' })
    draft = withCredential(withCredential(draft, 'new', false), 'old', true)
    const approval = toApproval({ ...draft, push: true }, details)
    expect(Object.entries(approval.own ?? {})).toEqual([
      ['name', 'Ada'],
      ['email', 'ada@example.org'],
      ['__proto__', 'x'],
    ])
    expect(typedOf(draft)['email']).toBe('ada@example.org')
    expect(Object.keys(typedOf(draft))).toEqual(['email', '__proto__'])
    expect([approval.credentials, approval.push]).toEqual([['old'], true])
    expect(toApproval({ ...draft, push: true }, { ...details, push: undefined }).push).toBeUndefined()
  })

  it('names what is essential and would not be told', () => {
    let draft = withClaim(createDraft(details), 'name', { isTold: false })
    expect(missingOf(draft, details)).toEqual(['name'])
    draft = withCredential(withClaim(draft, 'name', { isTold: true, value: '' }), 'new', false)
    expect(missingOf(draft, details)).toEqual(['name', 'residence'])
    expect(toApproval(draft, details)).toMatchObject({ own: {}, credentials: [] })
  })
})
