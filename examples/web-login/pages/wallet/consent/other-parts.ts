import { foldDid } from '@uport-kit/core'
import type { CredentialDetails, OtherDetails, SignatureDetails, UnsignedDetails } from '@uport-kit/wallet'
import { h } from '../dom/h.ts'
import { shortDid } from '../text/did-text.ts'
import { momentText, timeLeft } from '../text/time-text.ts'
import { copyable, fact, theirs } from '../views/common.ts'
import { jsonView, rawView } from './json-view.ts'

/** A credential that somebody offers. */
export function credentialPart(details: CredentialDetails): HTMLElement {
  const { issuer, subject, claim, credentialExpiresAt, replaces, outdated } = details
  return h(
    'section',
    { class: 'stack tight', 'aria-labelledby': 'credential' },
    h('h2', { class: 'section-title', id: 'credential' }, 'What it confirms about you'),
    h('div', { class: 'card credential-card' }, jsonView(claim)),
    h('dl', { class: 'facts card flat compact' }, [
      fact('Issued by', copyable(issuer, 'DID of the issuer')),
      fact('About', copyable(subject, 'your DID')),
      fact(
        'Valid',
        credentialExpiresAt === undefined ? 'Without end' : `Until ${momentText(credentialExpiresAt)}`,
      ),
      replaces.length > 0 &&
        fact('Replaces', replaces.length === 1 ? 'One that you keep' : `${replaces.length} that you keep`),
      outdated && fact('Note', 'You keep a newer one already; this one would not be kept.'),
    ]),
  )
}

/** Something to sign: exactly what is signed. */
export function signaturePart(details: SignatureDetails, identity: string): HTMLElement {
  const { form, content, text, account, validFor } = details
  const signer = account === undefined ? copyable(identity, 'your DID') : copyable(account, 'the account')
  return h(
    'section',
    { class: 'stack tight', 'aria-labelledby': 'signature' },
    h('h2', { class: 'section-title', id: 'signature' }, 'What you would sign'),
    form === 'personal' && text !== undefined
      ? h('blockquote', { class: 'card message' }, theirs(text.text))
      : h('div', { class: 'card' }, statementOf(details)),
    h('dl', { class: 'facts card flat compact' }, [
      fact('Signed by', signer),
      form === 'claim' && fact('Valid', validFor === undefined ? 'Without end' : `For ${timeLeft(validFor)}`),
      fact('Whoever has it', 'Can show to anybody that you signed it'),
    ]),
    rawView('Everything that is signed', JSON.stringify(content)),
  )
}

function statementOf({ form, content }: SignatureDetails): HTMLElement {
  if (form === 'claim' && isObject(content) && isObject(content['claim'])) {
    const about = typeof content['sub'] === 'string' ? content['sub'] : ''
    return h(
      'div',
      { class: 'stack tight' },
      h('p', {}, 'You say about ', theirs(aboutText(about)), ':'),
      jsonView(content['claim']),
    )
  }
  if (form === 'typed-data' && isObject(content))
    return jsonView({ Domain: content['domain'] ?? {}, Message: content['message'] ?? {} })
  return jsonView(content)
}

function aboutText(did: string): string {
  try {
    return shortDid(foldDid(did))
  } catch {
    return shortDid(did)
  }
}

/** An old form of request that nobody signed. */
export function unsignedPart({ says }: UnsignedDetails): HTMLElement {
  return h(
    'section',
    { class: 'stack tight', 'aria-labelledby': 'says' },
    h('h2', { class: 'section-title', id: 'says' }, 'What the link says'),
    h(
      'dl',
      { class: 'facts card flat' },
      says.map(({ name, value }) => fact(name, theirs(value.text))),
    ),
  )
}

/** A flow of an application's own. */
export function otherPart({ facts }: OtherDetails): HTMLElement {
  return h('section', { class: 'card' }, jsonView(facts))
}

function isObject<Value>(value: Value): value is Extract<Value, { readonly [key: string]: unknown }> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
