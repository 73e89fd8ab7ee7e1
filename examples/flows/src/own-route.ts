import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  answerDisclosure,
  callbackChannel,
  type Disclosure,
  disclosure,
  type JsonObject,
  memoryRequestStore,
  Requester,
  systemClock,
} from '@uport-kit/core'
import type { Stage } from './stage.ts'

const MAX_BODY = 65_536

async function readBody(request: IncomingMessage): Promise<JsonObject> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk
    if (text.length > MAX_BODY) throw new RangeError('The body is too large.')
  }
  return JSON.parse(text)
}

/** A login in two halves: one handler of a server asks, another one gets the answer. */
export async function run({ app, person, resolver, says }: Stage): Promise<Disclosure> {
  let origin = ''
  let who: Disclosure | undefined
  const server = createServer(async (incoming, outgoing) => {
    try {
      // Second half. The id in the path only says which request is meant; all else is judged. (Where this process waits in
      // `requester.request`, the route gives id and body to the channel's `deliver` instead.)
      const id = new URL(incoming.url ?? '', origin).pathname.replace('/uport/', '')
      who = await requester.verify(disclosure, id, await readBody(incoming))
      outgoing.writeHead(200).end()
    } catch {
      outgoing.writeHead(400).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  origin = `http://127.0.0.1:${port}`
  // For several processes: `derivedBoxKeys` and a store that they share, so that any of them can do the second half.
  const requester = new Requester({
    identity: app.identity,
    resolver,
    requests: memoryRequestStore({ clock: systemClock() }),
    replyChannels: [callbackChannel({ url: `${origin}/uport` })],
  })
  try {
    // First half: the page shows the URI and forgets about it.
    const ask = { claims: { user_info: { name: { essential: true } } } } as const
    const { uri } = await requester.create(disclosure, ask, { reply: 'callback' })

    // The wallet tells who receives the answer, and posts it there.
    const consent = await person.wallet(answerDisclosure, [origin]).receive(uri)
    if (!consent.is(answerDisclosure)) throw new TypeError('The wallet has no screen for this.')
    const { recipient } = consent
    says(
      'wallet',
      `the answer goes to ${recipient.trust === 'unknown' ? 'nobody knows whom' : recipient.origin}`,
    )
    await consent.approve({ claims: { name: 'Ada Lovelace' } })

    if (who === undefined) throw new Error('No answer was taken.')
    says('app', `knows: ${who.did} answered, and calls itself ${who.own['name']}`)
    return who
  } finally {
    await requester.close()
    await new Promise((resolve) => server.close(resolve))
  }
}
