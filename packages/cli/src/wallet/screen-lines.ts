import type { ConsentScreen, ConsentWarning, ScreenDetails, ShownText } from '@uport-kit/wallet'
import { printableLine } from '../output/printable.ts'

/** What each warning means to the person. */
const WARNINGS: Readonly<Record<ConsentWarning, string>> = {
  unsigned: 'nobody proved to have asked this',
  unpinned: 'whoever serves the short link chose the request',
  unsealed: 'whoever carries the answer can read it',
  'recipient-claimed': 'that the answer goes there is only what the requester says',
  'recipient-unknown': 'nobody signed where the answer goes',
  'expiry-assumed': 'the request names no end',
  'altered-text': 'a text held characters that deceive, or was too long',
  'unproven-requester': 'what the requester says of itself is vouched for by nobody',
  'essential-missing': 'something essential is missing: approval would be refused',
  'private-chain': "whoever runs the requester's own chain sees and forges what happens there",
}

/** A request as lines for a terminal. No text of it, such as the name of a claim, makes a line of its own. */
export function screenLines(screen: ConsentScreen): readonly string[] {
  const { requester, recipient, identity, sealed, expiresAt, warnings, details } = screen
  const name = requester?.name === undefined ? '' : ` (calls itself ${quote(requester.name)})`
  const to = recipient.trust === 'unknown' ? 'unknown' : `${recipient.origin} (${recipient.trust})`
  return [
    `asked by    ${requester?.did ?? 'nobody who signed'}${name}`,
    `answer to   ${to}${sealed ? ', sealed' : ', NOT sealed'}`,
    `answer as   ${identity}`,
    `until       ${new Date(expiresAt * 1000).toISOString()}`,
    ...detailLines(details),
    ...warnings.map((warning) => `warning     ${WARNINGS[warning]}`),
  ].map(printableLine)
}

function detailLines(details: ScreenDetails): readonly string[] {
  switch (details.kind) {
    case 'disclosure':
      return [
        ...details.own.map(({ label, essential, value }) => {
          const tells = value === undefined ? 'you have none' : JSON.stringify(value)
          return `wants       ${label.text}${essential ? ' (essential)' : ''}: ${tells}`
        }),
        ...details.credentials.map(({ label, essential, offered }) => {
          const proposed = offered.filter((one) => one.proposed).length
          return `credential  ${label.text}${essential ? ' (essential)' : ''}: ${proposed} to show`
        }),
        ...(details.account === undefined
          ? []
          : [`account     ${details.account.kind}: ${details.account.mnid ?? 'a new one'}`]),
      ]
    case 'credential':
      return [`offers      ${JSON.stringify(details.claim)}`, `about       ${details.subject}`]
    case 'signature':
      return [
        `signs       ${details.form}${details.account === undefined ? '' : ` as ${details.account}`}`,
        `content     ${details.text === undefined ? JSON.stringify(details.content) : quote(details.text)}`,
      ]
    case 'transaction':
      return [
        `sends       ${details.form} on ${details.networkName ?? details.network} from ${details.account}`,
        `to          ${details.to ?? 'a new contract'}`,
        `value       ${details.value} wei`,
        ...(details.call === undefined ? [] : [`calls       ${details.call.signature}`]),
        `data        ${details.data}`,
        ...(details.label === undefined ? [] : [`it says     ${quote(details.label)}`]),
      ]
    case 'unsigned':
      return [
        `an old ${details.form} link`,
        ...details.says.map(({ name, value }) => `says        ${name}: ${quote(value)}`),
      ]
    case 'other':
      return [`asks        ${JSON.stringify(details.facts)}`]
  }
}

function quote({ text }: ShownText): string {
  return JSON.stringify(text)
}
