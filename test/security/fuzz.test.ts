import { isDeepStrictEqual } from 'node:util'
import {
  decodeJwt,
  disclosure,
  foldDid,
  isUportError,
  type JsonObject,
  parseRequestUri,
  verifyJwt,
} from '@uport-kit/core'
import { expect, it } from 'vitest'
import { NOW } from '../../packages/core/test-support/exchange-world.ts'
import { seal } from '../../packages/core/test-support/replies.ts'
import { FuzzWorld, objectOf, type Seed } from '../support/fuzz-world.ts'
import { mutateJson, mutateText } from '../support/mutations.ts'
import { SeededRandom } from '../support/seeded-random.ts'

const FULL = process.env['UPORT_FULL'] === '1'
const INPUTS = FULL ? 100_000 : 2_500
/** The long run looks somewhere else each time; what it finds is repeated by its seed. */
const SEED = Number(process.env['UPORT_FUZZ_SEED'] ?? (FULL ? Date.now() % 2 ** 32 : 1))
const SKEW = 60
/** One input takes a few milliseconds; so much is no slow machine any more. */
const HANG_MILLISECONDS = 10_000

type Target = 'uri' | 'decode' | 'verify' | 'receive' | 'reply'

/** Those that verify signatures take most of the time. */
const TARGETS: readonly Target[] = ['uri', 'uri', 'decode', 'decode', 'verify', 'receive', 'reply']

interface Input {
  readonly target: Target
  readonly token: string
  /** What is given to the target. */
  readonly text: string
  /** Derived from a valid message, and signed again after its change. */
  readonly resigned: boolean
  readonly sealed: boolean
}

const random = new SeededRandom(SEED)
const fuzz = await FuzzWorld.create()
const { app, user, stranger, resolver } = fuzz.world

function seedFor(target: Target): Seed {
  if (target === 'reply') return fuzz.replySeed()
  if (target === 'receive') return fuzz.requestSeed()
  return random.chance(60) ? random.pick(fuzz.vectors) : random.pick([fuzz.requestSeed(), fuzz.replySeed()])
}

/** A valid message after none to three changes, signed by its own key or, now and then, by another. */
function resign({ header, payload, by }: Seed): string {
  let head = header
  let body = payload
  for (let changes = random.below(4); changes > 0; changes--) {
    if (random.chance(12)) head = mutateJson(head, random, ['ES256K', 'ES256K-R', 'none', 'HS256'])
    else if (random.chance(6)) body = mutateText(body, random)
    else body = mutateJsonText(body)
  }
  return fuzz.sign(head, body, random.chance(8) ? stranger : by)
}

function mutateJsonText(text: string): string {
  try {
    return mutateJson(text, random, fuzz.kin())
  } catch {
    // An earlier change left no JSON object.
    return mutateText(text, random)
  }
}

function garbage(): string {
  const characters = Array.from({ length: random.below(120) }, () => String.fromCharCode(random.below(0x250)))
  return characters.join('')
}

function createInput(): Input {
  const target = random.pick(TARGETS)
  const kind = random.below(100)
  const resigned = kind < 70
  const genuine = (): string => {
    const { header, payload, by } = seedFor(target)
    return fuzz.sign(header, payload, by)
  }
  const token = resigned ? resign(seedFor(target)) : kind < 95 ? mutateText(genuine(), random) : garbage()
  return { target, token, text: textFor(target, token), resigned, sealed: random.chance(5) }
}

function textFor(target: Target, token: string): string {
  if (target !== 'uri' && (target !== 'receive' || random.chance(60))) return token
  const uri = random.pick([
    `me.uport:req/${token}?callback_type=post`,
    `https://id.uport.me/req/${token}?callback_type=redirect&redirect_url=https%3A%2F%2Fx.example`,
    `https://login.example/req/${token}#f`,
    `me.uport:me?requestToken=${token}&callback_url=https%3A%2F%2Fx.example`,
    `me.uport:add?attestations=${token},${token}`,
  ])
  return target === 'uri' && random.chance(25) ? mutateText(uri, random) : uri
}

/** Accepted: then it must be what somebody signed, in every respect. */
function assertHonest(jwt: string, issuer: string | undefined, mine: readonly string[]): JsonObject {
  const signed = fuzz.signed(jwt)
  if (signed === undefined) throw new Error('accepted what nobody signed')
  if (issuer !== signed.did) throw new Error('accepted as somebody else’s')
  const payload = objectOf(signed.payload)
  const { exp, nbf, iat, aud } = payload
  if (exp !== undefined && !(Number(exp) > NOW - SKEW)) throw new Error('accepted though expired')
  if (nbf !== undefined && !(Number(nbf) <= NOW + SKEW)) throw new Error('accepted before its time')
  if (nbf === undefined && iat !== undefined && !(Number(iat) <= NOW + SKEW))
    throw new Error('accepted too early')
  if (aud !== undefined && ![aud].flat().some((one) => mine.includes(folded(one)))) {
    throw new Error('accepted though addressed to others')
  }
  return payload
}

function folded(value: unknown): string {
  try {
    return foldDid(String(value))
  } catch {
    return String(value)
  }
}

function must(condition: boolean, problem: string): void {
  if (!condition) throw new Error(problem)
}

async function run({ target, token, text, sealed }: Input): Promise<void> {
  switch (target) {
    case 'uri':
      return checkUri(text)
    case 'decode':
      return checkDecoded(text)
    case 'verify': {
      const rules = { resolver, engine: fuzz.engine, now: NOW, audience: app.did }
      const { issuer, payload } = await verifyJwt(text, rules)
      return must(isDeepStrictEqual(payload, assertHonest(text, issuer, [app.did])), 'another payload')
    }
    case 'receive': {
      const consent = await fuzz.responder.receive(text)
      const { type, exp, iat } = assertHonest(tokenIn(text), consent.requester, [user.did])
      must(type === 'shareReq' && consent.requestType === 'shareReq', 'another type')
      return must(Number.isInteger(exp) && Number(iat) <= NOW + SKEW, 'a request without times')
    }
    default:
      return checkReply(token, sealed)
  }
}

/** The token that a wallet reads in a text; that it stands there is for `checkUri` to see. */
function tokenIn(text: string): string {
  const parsed = parseRequestUri(text)
  if (parsed.kind !== 'inline') throw new Error('accepted what is no request')
  return parsed.jwt
}

async function checkReply(token: string, sealed: boolean): Promise<void> {
  const params = { access_token: token }
  const body = sealed ? seal(fuzz.request, params) : params
  const result = await fuzz.requester.verify(disclosure, fuzz.id, body)
  const callback = String(decodeJwt(fuzz.request).payload['callback'])
  const { type, exp, aud, req, own } = assertHonest(token, result.did, [app.did, callback])
  must(type === 'shareResp' && req === fuzz.request, 'not bound to the request')
  must(Number.isInteger(exp) && aud !== undefined, 'a reply without an end or an audience')
  must(isDeepStrictEqual(result.own, own ?? {}), 'other claims than were signed')
  const isOwn = `did:uport:${result.account?.mnid}` === result.did
  must(result.account?.proven !== true || isOwn, 'control of a stranger’s account')
  must(result.sealed === sealed && result.binding === 'none', 'another channel than it came by')
  await fuzz.renew()
}

function checkUri(text: string): void {
  const parsed = parseRequestUri(text)
  const jwts = parsed.kind === 'inline' ? [parsed.jwt] : parsed.kind === 'credentials' ? parsed.jwts : []
  // A URL parser passes over line breaks and tabs; a query is percent-encoded.
  const plain = text.replace(/[\t\n\r]/g, '')
  const read = [plain, ...new URLSearchParams(plain.slice(plain.indexOf('?') + 1)).values()]
  must(
    jwts.every((jwt) => read.some((one) => one.includes(jwt))),
    'a token that is not in the text',
  )
}

function checkDecoded(text: string): void {
  const { header, payload, signature, signingInput } = decodeJwt(text)
  const [head, body, tail] = text.split('.').map((part) => Buffer.from(part, 'base64url'))
  must(text === `${signingInput}.${Buffer.from(signature).toString('base64url')}`, 'two spellings')
  must(isDeepStrictEqual(header, JSON.parse(String(head))), 'another header')
  must(isDeepStrictEqual(payload, JSON.parse(String(body))), 'another payload')
  must(Buffer.from(signature).equals(tail ?? Buffer.alloc(0)), 'another signature')
}

/** Whether the input can be taken apart at all. */
function isReadable({ target, text, token }: Input): boolean {
  try {
    if (target === 'uri') parseRequestUri(text)
    else decodeJwt(token)
    return true
  } catch {
    return false
  }
}

it(`${INPUTS} inputs are refused with a code, or are what somebody signed (seed ${SEED})`, async () => {
  const reached = { inputs: 0, resigned: 0, parsed: 0, signed: 0, accepted: 0 }
  const codes = new Map<string, number>()
  for (let index = 0; index < INPUTS; index++) {
    fuzz.next()
    const input = createInput()
    const began = performance.now()
    const outcome = await run(input).then(
      () => 'accepted',
      (error: unknown) => {
        if (isUportError(error)) return error.code
        const repeat = `seed ${SEED}, input ${index}, ${input.target}: ${input.text.slice(0, 2000)}`
        throw new Error(`${repeat}\n${String(error)}`, { cause: error })
      },
    )
    expect(performance.now() - began, `input ${index} of seed ${SEED} hangs`).toBeLessThan(HANG_MILLISECONDS)
    codes.set(outcome, (codes.get(outcome) ?? 0) + 1)
    reached.inputs++
    if (input.resigned) reached.resigned++
    if (isReadable(input)) reached.parsed++
    if (fuzz.proven) reached.signed++
    // Reading a link or taking a token apart accepts nothing yet.
    if (outcome === 'accepted' && !['uri', 'decode'].includes(input.target)) reached.accepted++
  }
  const stages = Object.entries(reached).map(([stage, count]) => `${stage} ${count}`)
  console.log(`fuzz: seed ${SEED}; ${stages.join(', ')}; ${codes.size} outcomes`)
  expect(reached.resigned / INPUTS).toBeGreaterThanOrEqual(0.6)
  expect(reached.parsed / INPUTS).toBeGreaterThanOrEqual(0.3)
  expect(reached.signed / INPUTS).toBeGreaterThanOrEqual(0.05)
  expect(reached.accepted).toBeGreaterThan(0)
  for (const code of [
    'JWT_MALFORMED',
    'JWT_SIGNATURE_INVALID',
    'JWT_EXPIRED',
    'JWT_AUDIENCE_MISMATCH',
    'REPLY_NOT_BOUND',
  ]) {
    expect(codes.get(code), code).toBeGreaterThan(0)
  }
}, 900_000)
