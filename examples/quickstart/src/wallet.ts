import { PostReplySender, RelayRequestFetcher } from '@uport-kit/channel-relay'
import {
  answerDisclosure,
  type DidResolver,
  type Identity,
  type JsonObject,
  memoryAnsweredRequests,
  type PendingConsent,
  Responder,
  systemClock,
} from '@uport-kit/core'
import { createSafeFetch } from '@uport-kit/fetch-node'
import { decodeQr, rasterizeTerminal } from '@uport-kit/transport-qr'

/** What the wallet knows of its person. */
const CLAIMS: JsonObject = { name: 'Ada Lovelace', email: 'ada@example.org' }

export interface WalletSetup {
  readonly identity: Identity
  readonly resolver: DidResolver
  /** The relay runs on this machine, so the wallet must be told that it may be fetched from. */
  readonly relayUrl: string
  /** Asks the person. */
  readonly confirm: (question: string) => Promise<boolean>
  readonly log: (text: string) => void
}

/** Reads a request off a picture of the terminal, asks its person, and answers. Resolves with whether they agreed. */
export async function scanAndAnswer(screen: string, setup: WalletSetup): Promise<boolean> {
  const text = decodeQr(rasterizeTerminal(screen))
  if (text === undefined)
    throw new Error('The wallet sees no QR code in the terminal; widen it and try again.')
  setup.log(`scanned      ${text.length > 70 ? `${text.slice(0, 67)}...` : text}`)
  const safeFetch = createSafeFetch({ allowOrigins: [new URL(setup.relayUrl).origin] })
  try {
    const wallet = new Responder({
      identity: setup.identity,
      resolver: setup.resolver,
      flows: [answerDisclosure],
      senders: [new PostReplySender({ safeFetch })],
      fetchers: [new RelayRequestFetcher({ safeFetch })],
      answered: memoryAnsweredRequests({ clock: systemClock() }),
    })
    const consent = await wallet.receive({ arrival: 'scan', text, acknowledge: async () => {} })
    return await answer(consent, setup)
  } finally {
    await safeFetch.close()
  }
}

async function answer(consent: PendingConsent, { confirm, log }: WalletSetup): Promise<boolean> {
  if (!consent.is(answerDisclosure)) throw new Error(`The wallet has no screen for ${consent.requestType}.`)
  const asked = consent.request.own.map(({ name, essential }) => (essential ? `${name} (essential)` : name))
  const { recipient } = consent
  log(`asked by     ${consent.requester}`)
  log(`calls itself ${JSON.stringify(consent.requesterProfile['name'] ?? 'nothing')}`)
  log(
    `answer to    ${recipient.trust === 'unknown' ? 'unknown' : `${recipient.origin} (${recipient.trust})`}`,
  )
  log(`sealed       ${consent.sealed ? 'yes, the relay cannot read it' : 'no'}`)
  log(`wants        ${asked.join(', ')}`)
  if (!(await confirm('Share these with the app?'))) {
    await consent.decline()
    return false
  }
  const names = new Set(consent.request.own.map(({ name }) => name))
  await consent.approve({
    claims: Object.fromEntries(Object.entries(CLAIMS).filter(([name]) => names.has(name))),
  })
  return true
}
