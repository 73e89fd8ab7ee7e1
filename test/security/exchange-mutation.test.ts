import {
  answerDisclosure,
  createAnswerDisclosure,
  type Disclosure,
  decodeJwt,
  disclosure,
  isUportError,
  type Json,
  type JsonObject,
  parseBoxEnvelope,
  type ReplyBody,
  sealBox,
} from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import { createWorld, rejection, type World } from '../../packages/core/test-support/exchange-world.ts'
import { Outbox, seal } from '../../packages/core/test-support/replies.ts'
import { casesOf, PASSES } from '../support/edit-members.ts'
import {
  aboutApp,
  aboutUser,
  app,
  BOX_PUB,
  ENVELOPE,
  HEADER,
  HEADER_ADDITIONS,
  issuer,
  mnid,
  PARAMETERS,
  REPLY,
  REPLY_ADDITIONS,
  REQUEST,
  REQUEST_ADDITIONS,
  user,
} from '../support/exchange-edits.ts'
import { signText, textsOf } from '../support/sign-text.ts'

/** Every byte in the long run, else every so many. */
const STRIDE = process.env['UPORT_FULL'] === '1' ? 1 : 61

const SPECS = {
  user_info: { name: { essential: true, reason: 'to greet you' } },
  verifiable: { email: { essential: true, iss: [{ did: issuer.did }] } },
} as const

/** A real request, with every member that a request for disclosure may have. */
async function ask(world: World) {
  const params = {
    claims: SPECS,
    requested: ['name'],
    verified: ['email'],
    accountType: 'general',
    network: 1n,
    rpc: 'https://rpc.example',
    permissions: ['notifications'],
    vc: [aboutApp],
  } as const
  return world.requester.create(disclosure, params, {
    reply: 'local',
    redirectUrl: 'https://local.example/back',
  })
}

interface Exchanged {
  readonly world: World
  readonly id: string
  readonly request: string
  readonly reply: string
  readonly code: string
}

/** A real exchange up to the reply, as the wallet made it. */
async function exchange(): Promise<Exchanged> {
  const world = await createWorld()
  const { id, jwt, uri } = await ask(world)
  const outbox = new Outbox()
  const responder = world.responder(world.user, { senders: [outbox] })
  const consent = await responder.receive({ text: uri, arrival: 'link', acknowledge: async () => {} })
  if (!consent.is(answerDisclosure)) throw new Error('another flow')
  await consent.approve({
    claims: { name: 'Ada' },
    credentials: [aboutUser],
    account: mnid(world.user.did),
    push: { endpoint: 'arn:9' },
    boxPub: BOX_PUB,
  })
  const reply = String((await opened(world, id, outbox.last))['access_token'])
  return { world, id, request: jwt, reply, code: String(decodeJwt(reply).payload['code']) }
}

async function opened({ app }: World, id: string, body: ReplyBody): Promise<JsonObject> {
  const bytes = await app.identity.boxKeys.open(id, parseBoxEnvelope(body['encrypted']))
  return JSON.parse(Buffer.from(bytes).toString())
}

/** What becomes of something: the code of its error, or that it passed. */
async function outcomeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => PASSES,
    (error: unknown) => (isUportError(error) ? error.code : String(error)),
  )
}

/** The wallet's way with a request: it reads it, and answers to whom it names. */
async function receive(world: World, jwt: string): Promise<void> {
  const responder = world.responder(world.user, {
    senders: [new Outbox()],
    flows: [createAnswerDisclosure()],
  })
  const consent = await responder.receive(jwt)
  expect(consent.requester).toBe(world.app.did)
  await consent.decline()
}

function judge({ world, id, code }: Exchanged, body: JsonObject): Promise<Disclosure> {
  return world.requester.verify(disclosure, id, body, { deviceCode: code })
}

const genuine = await exchange()

const membersOf = (jwt: string): { readonly header: JsonObject; readonly payload: JsonObject } => {
  const { header, payload } = textsOf(jwt)
  return { header: JSON.parse(header), payload: JSON.parse(payload) }
}

it('has a row for every member of a genuine exchange', async () => {
  const names = (object: Json | object): string[] => Object.keys(object as object).sort()
  const { request, reply, world, id } = genuine
  expect(names(REQUEST)).toEqual(names(membersOf(request).payload))
  expect(names(REPLY)).toEqual(names(membersOf(reply).payload))
  for (const jwt of [request, reply]) expect(names(HEADER)).toEqual(names(membersOf(jwt).header))
  const sealed = seal(request, { access_token: reply })
  expect(names(ENVELOPE)).toEqual(names(sealed['encrypted'] ?? {}))
  expect(names(PARAMETERS)).toEqual(names(await opened(world, id, sealed)))
})

describe('a genuine exchange', () => {
  it('passes', async () => {
    const made = await exchange()
    await receive(made.world, made.request)
    const result = await judge(made, seal(made.request, { access_token: made.reply }))
    expect(result).toMatchObject({ did: user.did, own: { name: 'Ada' }, bound: 'request', sealed: true })
    expect(result).toMatchObject({ binding: 'same-device', account: { proven: true }, boxPub: BOX_PUB })
    expect(result.push).toMatchObject({ endpoint: 'arn:9' })
    expect(result.verified).toHaveLength(1)
  })
})

describe('a request signed by its own key', () => {
  it.each([...casesOf(REQUEST), ...REQUEST_ADDITIONS])('$name: $expected', async ({ edit, expected }) => {
    const { header, payload } = textsOf(genuine.request)
    const jwt = await signText(app.identity, header, edit(JSON.parse(payload)))
    expect(await outcomeOf(receive(await createWorld(), jwt))).toBe(expected)
  })

  it.each([...casesOf(HEADER), ...HEADER_ADDITIONS])(
    'in its header: $name: $expected',
    async ({ edit, expected }) => {
      const { header, payload } = textsOf(genuine.request)
      const jwt = await signText(app.identity, edit(JSON.parse(header)), payload)
      expect(await outcomeOf(receive(await createWorld(), jwt))).toBe(expected)
    },
  )

  it('may use the other form of signature', async () => {
    const { payload } = textsOf(genuine.request)
    const header = JSON.stringify({ typ: 'JWT', alg: 'ES256K-R' })
    const jwt = await signText(app.identity, header, payload, 'ES256K-R')
    expect(await outcomeOf(receive(await createWorld(), jwt))).toBe(PASSES)
  })
})

describe('a reply signed by its own key', () => {
  const judgeEdited = async (
    edit: (object: JsonObject) => string,
    part: 'header' | 'payload',
  ): Promise<string> => {
    const made = await exchange()
    const { header, payload } = textsOf(made.reply)
    const jwt =
      part === 'header'
        ? await signText(user.identity, edit(JSON.parse(header)), payload)
        : await signText(user.identity, header, edit(JSON.parse(payload)))
    const work = judge(made, seal(made.request, { access_token: jwt })).then((result) => {
      expect(result.did).toBe(user.did)
      expect(result.own).toEqual(decodeJwt(jwt).payload['own'])
      expect(result.verified.map(({ jwt }) => jwt)).toEqual([aboutUser])
      expect(result.account?.proven ?? false).toBe(result.account?.mnid === mnid(user.did))
    })
    const outcome = await outcomeOf(work)
    // What is refused spends nothing: the genuine reply is still taken, and a second time is not.
    const then = outcomeOf(judge(made, seal(made.request, { access_token: made.reply })))
    if (outcome === PASSES) expect(await then).toMatch(/^REPLY_(REPLAYED|TOO_LATE)$/)
    else expect(await then).toBe(PASSES)
    return outcome
  }

  it.each([...casesOf(REPLY), ...REPLY_ADDITIONS])('$name: $expected', async ({ edit, expected }) => {
    expect(await judgeEdited(edit, 'payload')).toBe(expected)
  })

  it.each([...casesOf(HEADER), ...HEADER_ADDITIONS])(
    'in its header: $name: $expected',
    async ({ edit, expected }) => {
      expect(await judgeEdited(edit, 'header')).toBe(expected)
    },
  )
})

describe('the box of a reply', () => {
  it.each(casesOf(ENVELOPE))('$name: $expected', async ({ edit, expected }) => {
    const { encrypted } = seal(genuine.request, { access_token: genuine.reply }) as { encrypted: JsonObject }
    // A channel hands over parsed JSON, so a member that stands there twice is one.
    const body = { encrypted: JSON.parse(edit(encrypted)) }
    if (expected !== PASSES)
      return expect(await rejection(judge(genuine, body))).toMatchObject({ code: expected })
    expect(body).toEqual({ encrypted })
  })

  it.each(casesOf(PARAMETERS))('inside: $name: $expected', async ({ edit, expected }) => {
    const made = await exchange()
    const boxPub = Buffer.from(String(decodeJwt(made.request).payload['boxPub']), 'base64')
    const text = edit({ access_token: made.reply })
    expect(await outcomeOf(judge(made, { encrypted: { ...sealBox(text, boxPub) } }))).toBe(expected)
  })

  it('may not be missing', async () => {
    for (const body of [{}, { access_token: genuine.reply }]) {
      expect(await outcomeOf(judge(genuine, body))).toBe('REPLY_NOT_SEALED')
    }
    expect(await outcomeOf(judge(genuine, { encrypted: 'box' }))).toBe('BOX_MALFORMED')
  })
})

describe('a token with one bit flipped', () => {
  /** Every so many places of a token, and each of its last 90: the signature. */
  const places = (jwt: string): number[] =>
    Array.from(jwt, (_, at) => at).filter((at) => at % STRIDE === 0 || at >= jwt.length - 90)
  const flipped = (jwt: string, at: number): string =>
    jwt.slice(0, at) + String.fromCharCode(jwt.charCodeAt(at) ^ (1 << (at % 7))) + jwt.slice(at + 1)

  it('is no reply', async () => {
    const { request, reply } = genuine
    expect(places(reply).length).toBeGreaterThan(100)
    for (const at of places(reply)) {
      const outcome = await outcomeOf(judge(genuine, seal(request, { access_token: flipped(reply, at) })))
      expect(outcome, `at ${at}`).toMatch(/^(JWT|DID|MNID|REPLY)_/)
    }
  }, 120_000)

  it('is no request', async () => {
    const { request, world } = genuine
    for (const at of places(request)) {
      const outcome = await outcomeOf(receive(world, flipped(request, at)))
      expect(outcome, `at ${at}`).toMatch(/^(JWT|DID|MNID|REQUEST)_/)
    }
  }, 120_000)
})
