import { answerDisclosure, disclosure, isUportError } from '@uport-kit/core'
import { createConformanceTools, transportCases } from '@uport-kit/core/conformance'
import { QrTransport } from '@uport-kit/transport-qr'
import {
  defineUportRequest,
  RequestController,
  type RequestMessages,
  UportRequestElement,
} from '@uport-kit/transport-qr/element'
import { createWorld } from '../../core/test-support/exchange-world.ts'

const registeredByImport = customElements.get('uport-request') !== undefined
defineUportRequest()
defineUportRequest()

const violations: string[] = []
document.addEventListener('securitypolicyviolation', ({ violatedDirective }) =>
  violations.push(violatedDirective),
)

const ASK = { claims: { user_info: { name: { essential: true } } } } as const
const world = await createWorld()
const wallet = world.responder(world.user)
let element: UportRequestElement
let outcome = 'none'
let said: string[] = []
let listener: MutationObserver | undefined

function note(answer: Promise<object>): void {
  outcome = 'pending'
  answer.then(
    (result) => {
      outcome = JSON.stringify('own' in result && result.own)
    },
    (error) => {
      outcome = isUportError(error) ? error.code : String(error)
    },
  )
}

/** What the test does with the page. */
const page = {
  registeredByImport,
  violations,
  /** A fresh element, and a login button that makes a request by it. */
  reset(inlineLimit: number, messages: Partial<RequestMessages> = {}) {
    element?.remove()
    const created = document.createElement('uport-request')
    if (!(created instanceof UportRequestElement)) throw new Error('it is not registered')
    element = created
    element.controller = new RequestController({ clock: world.clock, inlineLimit })
    element.messages = messages
    document.body.append(element)
    outcome = 'none'
    said = []
    const status = element.shadowRoot?.querySelector('[role=status]')
    listener?.disconnect()
    listener = new MutationObserver(() => said.push(status?.textContent ?? ''))
    if (status) listener.observe(status, { childList: true })
    const login = document.getElementById('login')
    if (login === null) throw new Error('no button')
    login.onclick = () => note(element.request((options) => world.requester.start(disclosure, ASK, options)))
  },
  requestByTransport() {
    note(world.requester.request(disclosure, ASK, { via: new QrTransport({ render: element.render }) }))
  },
  /** Runs one case of the transports' suite against the dialog; the reason where the case does not apply. */
  async runCase(id: string): Promise<string | undefined> {
    const one = transportCases.find((candidate) => candidate.id === id)
    if (one === undefined) throw new Error(`no case ${id}`)
    const seen = new Set<string>()
    const unsubscribe = element.controller.subscribe(({ qr }) => {
      if (qr !== undefined) seen.add(qr.text)
    })
    const subject = {
      transport: new QrTransport({ render: element.render }),
      seen: () => [...seen],
      dismiss: () => element.shadowRoot?.querySelector<HTMLElement>('[part=close]')?.click(),
    }
    const reason = one.skip?.(subject)
    if (reason === undefined) await one.run(subject, createConformanceTools())
    unsubscribe()
    return reason
  },
  async answer(how: 'approve' | 'decline') {
    const consent = await wallet.receive(element.controller.view.qr?.text ?? '')
    if (how === 'decline') return consent.decline()
    if (consent.is(answerDisclosure)) await consent.approve({ claims: { name: 'Ada' } })
  },
  /** Takes the element out of the page and puts it in again, or leaves it out. */
  async take(back: boolean) {
    element.remove()
    if (back) document.body.append(element)
    await Promise.resolve()
  },
  advance: (seconds: number) => world.clock.advance(seconds),
  view: () => element.controller.view,
  outcome: () => outcome,
  said: () => said,
  isOpen: () => element.shadowRoot?.querySelector('dialog')?.open,
  focused: () => element.shadowRoot?.activeElement?.textContent ?? document.activeElement?.id,
}

declare global {
  var requestPage: typeof page
}

globalThis.requestPage = page
