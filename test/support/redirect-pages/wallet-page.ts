import {
  answerDisclosure,
  isUportError,
  memoryAnsweredRequests,
  Responder,
  systemClock,
} from '@uport-kit/core'
import { LinkIntake, RedirectReplySender } from '@uport-kit/transport-url'
import { createParty, PartyResolver } from '../../../packages/core/test-support/parties.ts'

/** A wallet on an origin of its own, opened by the links that lead to its `/req/`. */

const [app, user] = await Promise.all([createParty('app'), createParty('user')])
let target = '_self'
let opened = ''
const responder = new Responder({
  identity: user.identity,
  resolver: new PartyResolver([app, user]),
  flows: [answerDisclosure],
  senders: [
    new RedirectReplySender({
      open: (url) => {
        opened = url
        if (target === '_self') location.assign(url)
        else if (target === '_blank') open(url, '_blank', 'noopener')
      },
    }),
  ],
  answered: memoryAnsweredRequests({ clock: systemClock() }),
})
const intake = new LinkIntake()

const page = {
  /** Consents to the request that this page was opened with; says where the reply went, or why none did. */
  async answer(where: '_self' | '_blank' | 'nowhere', link = location.href) {
    target = where
    opened = ''
    intake.receive(link)
    try {
      for await (const request of intake.requests()) {
        await request.acknowledge()
        const consent = await responder.receive(request)
        if (consent.is(answerDisclosure)) await consent.approve({ claims: { name: 'Ada' } })
        return opened
      }
    } catch (error) {
      return isUportError(error) ? error.code : String(error)
    }
    return ''
  },
}

declare global {
  var walletPage: typeof page
}
globalThis.walletPage = page
