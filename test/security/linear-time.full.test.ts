import { decodeJwt, disclosure, isUportError, type Json, parseRequestUri, verifyJwt } from '@uport-kit/core'
import { expect, it } from 'vitest'
import { NOW } from '../../packages/core/test-support/exchange-world.ts'
import { seal } from '../../packages/core/test-support/replies.ts'
import { FuzzWorld, objectOf, type Seed } from '../support/fuzz-world.ts'

const SMALL = 16_384
const LARGE = 65_536
/** Four times the input in linear time, and half as much again for what a shared machine adds. */
const MOST = 6

const fuzz = await FuzzWorld.create()
const { app, resolver } = fuzz.world

type Content = (count: number) => Json

const text: Content = (count) => 'x'.repeat(count)
const escapes: Content = (count) => '\u0001'.repeat(count)
const lists: Content = (count) => Array.from({ length: count }, () => [])
const members: Content = (count) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`member${at}`, at]))

/** A token of at most this size: a valid message with as much more content as fits. */
function tokenOf({ header, payload, by }: Seed, content: Content, size: number): string {
  const build = (count: number): string => JSON.stringify({ ...objectOf(payload), more: content(count) })
  const room = Math.floor(((size - 200) * 3) / 4)
  let [fits, tooMany] = [0, size]
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2)
    if (build(middle).length <= room) fits = middle
    else tooMany = middle
  }
  return fuzz.sign(header, build(fits), by)
}

const request = (content: Content) => (size: number) => tokenOf(fuzz.requestSeed(), content, size)
/** For somebody else, so that it is read to the end and spends nothing. */
const reply = (content: Content) => (size: number) =>
  tokenOf(fuzz.replySeed(fuzz.world.stranger.did), content, size)
const encoded = (unit: string) => (size: number) =>
  `e30.${Buffer.from(unit.repeat((size * 3) / 4 - 8)).toString('base64url')}.e30`
const repeated =
  (unit: string, before = '') =>
  (size: number) =>
    before + unit.repeat(Math.floor((size - before.length) / unit.length))

const verify = (jwt: string) => verifyJwt(jwt, { resolver, engine: fuzz.engine, now: NOW, audience: app.did })
const receive = (jwt: string) => fuzz.responder.receive(jwt)
const judge = (body: string) => fuzz.requester.verify(disclosure, fuzz.id, JSON.parse(body))
const asBody = (build: (size: number) => string) => (size: number) =>
  JSON.stringify({ access_token: build(size) })
const asBox = (build: (size: number) => string) => (size: number) =>
  JSON.stringify(seal(fuzz.request, { access_token: build(size) }))

type Shape = readonly [
  name: string,
  build: (size: number) => string,
  run: (input: string) => unknown,
  outcome: string,
]

const SHAPES: readonly Shape[] = [
  ['a token with a long text', request(text), decodeJwt, 'accepted'],
  ['a token of escapes', request(escapes), decodeJwt, 'accepted'],
  ['a token of many members', request(members), decodeJwt, 'accepted'],
  ['a token of many lists', request(lists), decodeJwt, 'accepted'],
  ['a token of open brackets', encoded('['), decodeJwt, 'JWT_MALFORMED'],
  ['a token of blanks', encoded(' '), decodeJwt, 'JWT_MALFORMED'],
  ['dots', repeated('.'), decodeJwt, 'JWT_MALFORMED'],
  ['what is nearly a token', repeated('a', 'a.a.!'), parseRequestUri, 'REQUEST_MALFORMED'],
  ['a link of many /req/', repeated('/req/', 'https://x.example'), parseRequestUri, 'accepted'],
  ['a link of escapes', repeated('%41', 'me.uport:me?label='), parseRequestUri, 'accepted'],
  ['a link of parameters', repeated('a=1&', 'me.uport:me?'), parseRequestUri, 'accepted'],
  [
    'a link of tokens',
    repeated('a.b.c,', 'me.uport:add?attestations='),
    parseRequestUri,
    'REQUEST_MALFORMED',
  ],
  ['blanks', repeated(' '), parseRequestUri, 'REQUEST_MALFORMED'],
  ['a token to verify', request(members), verify, 'accepted'],
  ['a request', request(members), receive, 'accepted'],
  ['a reply of another type', asBody(request(members)), judge, 'REPLY_TYPE_MISMATCH'],
  ['a reply for another', asBody(reply(members)), judge, 'JWT_AUDIENCE_MISMATCH'],
  ['a sealed reply', asBox(reply(members)), judge, 'JWT_AUDIENCE_MISMATCH'],
]

async function outcomeOf(run: Shape[2], input: string): Promise<string> {
  try {
    await run(input)
    return 'accepted'
  } catch (error) {
    if (isUportError(error)) return error.code
    throw error
  }
}

/** CPU microseconds of so many runs. */
async function cpuOf(run: Shape[2], input: string, times: number): Promise<number> {
  const before = process.cpuUsage()
  for (let time = 0; time < times; time++) await outcomeOf(run, input)
  const { user, system } = process.cpuUsage(before)
  return user + system
}

/** So many runs that a clock of microseconds can tell them apart. */
async function timesOf(run: Shape[2], input: string): Promise<number> {
  for (let times = 4; ; times *= 2) {
    if ((await cpuOf(run, input, times)) > 4000) return times
  }
}

it.each(SHAPES)('%s: four times as long takes at most six times as long', async (_, build, run, outcome) => {
  const [small, large] = [build(SMALL), build(LARGE)]
  expect(large.length / small.length).toBeGreaterThan(3.8)
  expect([await outcomeOf(run, small), await outcomeOf(run, large)]).toEqual([outcome, outcome])
  const times = await timesOf(run, small)
  let [least, most] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  // The fastest of several runs is the one that the machine disturbed least.
  for (let round = 0; round < 12 && (round < 5 || most / least > MOST); round++) {
    least = Math.min(least, await cpuOf(run, small, times))
    most = Math.min(most, await cpuOf(run, large, times))
  }
  expect(most / least).toBeLessThanOrEqual(MOST)
})
