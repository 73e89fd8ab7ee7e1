import type { Delivery, OutgoingRequest, ReplyMode, Transport } from '../ports/transport.ts'
import type { ConformanceCase } from './conformance-case.ts'
import { type ConformanceTools, check, checkSame } from './conformance-tools.ts'

/** A transport, and what can be seen at its other end. */
export interface TransportSubject {
  readonly transport: Transport
  /** Everything that reached the person so far, as text: URIs, decoded codes. */
  readonly seen: () => readonly string[] | Promise<readonly string[]>
  /** How many requests are being shown now; absent where showing leaves nothing open. */
  readonly showing?: (() => number) | undefined
  /** The person closes what is shown; absent where that cannot happen. */
  readonly dismiss?: (() => void | Promise<void>) | undefined
}

/** What every Transport must do. */
export const transportCases: readonly ConformanceCase<TransportSubject>[] = [
  {
    id: 'TR-01',
    since: '1.0.0',
    title: 'has an id to be chosen by',
    proves: 'an application can name it, and an error message can',
    matters: 'The id stands in options, errors and logs.',
    nextStep: 'A short constant of lower-case letters, digits and hyphens.',
    async run({ transport }) {
      check(/^[a-z][a-z0-9-]{0,63}$/.test(transport.id), 'the id must be lower-case letters, digits, hyphens')
    },
  },
  {
    id: 'TR-02',
    since: '1.0.0',
    title: 'says which ways back it can serve',
    proves: 'a reply channel can be chosen that fits',
    matters: 'A way back that the wallet cannot use means an answer that never arrives.',
    nextStep: 'List "post" where the wallet is on another device, "redirect" where it is on this one.',
    async run({ transport }) {
      const modes: readonly ReplyMode[] = transport.replyModes
      check(modes.length > 0, 'replyModes must not be empty')
      check(new Set(modes).size === modes.length, 'replyModes must name each mode once')
      check(
        modes.every((mode) => mode === 'post' || mode === 'redirect'),
        'replyModes must be "post" or "redirect"',
      )
    },
  },
  {
    id: 'TR-03',
    since: '1.0.0',
    title: 'brings the request to the person',
    proves: 'what arrives is the signed request, every byte of it',
    matters: 'A changed byte breaks the signature, and the wallet refuses the request.',
    nextStep: 'Send request.uri() whole; cut and re-encode nothing.',
    async run({ transport, seen }, tools) {
      const request = outgoing(transport, tools)
      const delivery = await deliver(transport, request, tools)
      const texts = await seen()
      await tools.within(delivery.close(), 'close')
      check(
        texts.some((text) => text.includes(request.jwt)),
        'the request must be seen',
      )
    },
  },
  {
    id: 'TR-04',
    since: '1.0.0',
    title: 'tells the wallet how to reply',
    proves: 'callback_type is written into the URI, so that no wallet guesses',
    matters: 'A wallet that guesses opens a browser where it should post, and the app waits in vain.',
    nextStep: 'Keep the parameter of request.uri(), or add it.',
    async run({ transport, seen }, tools) {
      const request = outgoing(transport, tools)
      const delivery = await deliver(transport, request, tools)
      const texts = (await seen()).filter((text) => text.includes(request.jwt))
      await tools.within(delivery.close(), 'close')
      const says = texts.every((text) => text.split(`callback_type=${request.replyMode}`).length === 2)
      check(texts.length > 0 && says, 'callback_type must be there once')
    },
  },
  {
    id: 'TR-05',
    since: '1.0.0',
    title: 'does not end while the request is shown',
    proves: 'an exchange waits for its reply',
    matters: 'The exchange takes the end for a refusal and stops listening before the person has answered.',
    nextStep: 'Let `ended` pend until the person dismisses it or it proves unreachable.',
    async run({ transport }, tools) {
      const delivery = await deliver(transport, outgoing(transport, tools), tools)
      const state = await stateOf(delivery)
      await tools.within(delivery.close(), 'close')
      checkSame(state, 'pending', 'the state of `ended`')
    },
  },
  {
    id: 'TR-06',
    since: '1.0.0',
    title: 'closes once, however often it is told',
    proves: 'an exchange may dispose a delivery that is closed already',
    matters: 'Closing happens twice whenever an answer and a timeout meet; an error there hides the answer.',
    nextStep: 'Remember the first closing and return it.',
    async run({ transport, showing }, tools) {
      const delivery = await deliver(transport, outgoing(transport, tools), tools)
      await tools.within(Promise.all([delivery.close(), delivery.close()]), 'concurrent close')
      await tools.within(Promise.resolve(delivery[Symbol.asyncDispose]()), 'dispose')
      if (showing !== undefined) checkSame(showing(), 0, 'how many are shown')
    },
  },
  {
    id: 'TR-07',
    since: '1.0.0',
    title: 'never rejects `ended`',
    proves: 'no unhandled rejection follows from closing',
    matters: 'An unhandled rejection ends a Node process, and with it everybody’s logins.',
    nextStep: 'Report failures as { reason: "unreachable", cause }.',
    async run({ transport }, tools) {
      const delivery = await deliver(transport, outgoing(transport, tools), tools)
      await tools.within(delivery.close(), 'close')
      check((await stateOf(delivery)) !== 'rejected', '`ended` must not reject')
    },
  },
  {
    id: 'TR-08',
    since: '1.0.0',
    title: 'honours an aborted signal',
    proves: 'a cancelled request is never shown',
    matters: 'A request that nobody waits for any more would still be shown and answered.',
    nextStep: 'Begin with options.signal?.throwIfAborted().',
    async run({ transport, seen }, tools) {
      const request = outgoing(transport, tools)
      await tools.honoursAbort((signal) => transport.deliver(request, { signal }), 'deliver')
      const texts = await seen()
      check(!texts.some((text) => text.includes(request.jwt)), 'nothing must be seen')
    },
  },
  {
    id: 'TR-09',
    since: '1.0.0',
    title: 'keeps deliveries apart',
    proves: 'closing one request leaves another one shown',
    matters: 'On a server, one person’s login would take away everybody else’s code.',
    nextStep: 'Keep state in the delivery, not in the transport.',
    skip: ({ showing }) => (showing === undefined ? 'showing leaves nothing open' : undefined),
    async run({ transport, showing }, tools) {
      const first = await deliver(transport, outgoing(transport, tools), tools)
      const second = await deliver(transport, outgoing(transport, tools), tools)
      checkSame(showing?.(), 2, 'how many are shown')
      await tools.within(first.close(), 'close')
      checkSame(showing?.(), 1, 'how many are shown after one was closed')
      await tools.within(second.close(), 'close')
    },
  },
  {
    id: 'TR-10',
    since: '1.0.0',
    title: 'says when the person dismisses it',
    proves: 'an exchange can end instead of waiting for nobody',
    matters: 'The app would wait until the request expires, with nothing on the screen.',
    nextStep: 'Settle `ended` with { reason: "dismissed" }.',
    skip: ({ dismiss }) => (dismiss === undefined ? 'it cannot be dismissed' : undefined),
    async run({ transport, dismiss }, tools) {
      const delivery = await deliver(transport, outgoing(transport, tools), tools)
      await dismiss?.()
      const end = await tools.within(delivery.ended, '`ended` after a dismissal')
      checkSame(end.reason, 'dismissed', 'the reason')
      await tools.within(delivery.close(), 'close')
    },
  },
  {
    id: 'TR-11',
    since: '1.0.0',
    title: 'delivers a request of any size, or refuses it with a code',
    proves: 'no request is cut, and none fails without a word to act on',
    matters: 'A code that cannot be scanned, or holds half a request, leaves the person without a clue.',
    nextStep: 'Check the size before you show it; throw a UportError that names the remedy.',
    async run({ transport, seen }, tools) {
      const request = outgoing(transport, tools, 20_000)
      const outcome = await tools.within(
        transport.deliver(request).catch((reason: unknown) => ({ reason })),
        'deliver',
      )
      if ('reason' in outcome) {
        await tools.refuses(Promise.reject(outcome.reason), [], 'deliver of a large request')
        return
      }
      const texts = await seen()
      await tools.within(outcome.close(), 'close')
      const cut = texts.some(
        (text) => text.includes(request.jwt.slice(0, 200)) && !text.includes(request.jwt),
      )
      check(texts.length > 0 && !cut, 'the request must arrive whole or by reference')
    },
  },
]

/** A frozen request with a token of the given length, in the first mode that the transport serves. */
function outgoing(transport: Transport, tools: ConformanceTools, length = 200): OutgoingRequest {
  const id = tools.uniqueName('request')
  const replyMode = transport.replyModes[0]
  const jwt = `eyJhbGciOiJFUzI1NksifQ.${id}${'x'.repeat(length)}.c2lnbmF0dXJl`
  return Object.freeze({
    id,
    jwt,
    replyMode,
    expiresAt: 4_102_444_800,
    uri: () => `https://app.example/req/${jwt}?callback_type=${replyMode}`,
  })
}

async function deliver(
  transport: Transport,
  request: OutgoingRequest,
  tools: ConformanceTools,
): Promise<Delivery> {
  return await tools.within(transport.deliver(request), 'deliver')
}

/** What `ended` has come to once everything that was due has run. */
async function stateOf(delivery: Delivery): Promise<'pending' | 'settled' | 'rejected'> {
  const turn = new Promise<'pending'>((resolve) => {
    setTimeout(() => resolve('pending'), 0)
  })
  const outcome = delivery.ended.then(
    () => 'settled' as const,
    () => 'rejected' as const,
  )
  return await Promise.race([outcome, turn])
}
