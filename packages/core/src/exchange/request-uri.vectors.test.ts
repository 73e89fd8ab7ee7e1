import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../ports/index.ts'
import { appendToFragment, parseReplyFragment } from './reply-fragment.ts'
import { routeRequestUri } from './request-endpoint.ts'
import {
  appendRequestParameters,
  parseRequestParameters,
  type UnsignedParameters,
} from './request-parameters.ts'
import { parseRequestUri } from './request-uri.ts'

interface Vector {
  readonly id: string
  readonly fn: string
  readonly args: readonly never[]
  readonly expect: { readonly value: unknown }
}

interface Route {
  readonly url: string
  readonly kind: 'sign' | 'unified' | 'attestation' | 'disclosure' | 'connect'
}

const file = new URL('../../../../test/vectors/uri.json', import.meta.url)
const { vectors, routing }: { readonly vectors: readonly Vector[]; readonly routing: readonly Route[] } =
  JSON.parse(readFileSync(file, 'utf8'))

const WIRE: Readonly<Record<string, keyof UnsignedParameters>> = {
  callback_url: 'callbackUrl',
  redirect_url: 'redirectUrl',
  callback_type: 'replyMode',
  label: 'label',
}

const ours = (parameters: JsonObject): UnsignedParameters =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) => (WIRE[name] ? [[WIRE[name], value]] : [])),
  )

const theirs = (parameters: UnsignedParameters): JsonObject =>
  Object.fromEntries(
    Object.entries(WIRE).flatMap(([wire, name]) => {
      const value = parameters[name]
      return value === undefined ? [] : [[wire, value]]
    }),
  )

function tokenOf(text: string): string {
  const parsed = parseRequestUri(text)
  if (parsed.kind !== 'inline') throw new Error('no token')
  return parsed.jwt
}

function isToken(text: string): boolean {
  try {
    return tokenOf(text) === text
  } catch {
    return false
  }
}

const PREFIX = { universal: 'https://id.uport.me/req/', deeplink: 'me.uport:req/' } as const
const ANSWERS = ['access_token', 'verification', 'typedDataSig', 'personalSig', 'tx'] as const

function parseResponse(text: string): unknown {
  const reply = parseReplyFragment(text)
  if (reply === undefined) return null
  const { id, data = null, params } = reply
  const payload = ANSWERS.map((name) => params[name]).find((value) => value !== undefined) ?? null
  return params['error'] === undefined
    ? { id, data, payload }
    : { id, data, payload: null, error: params['error'] }
}

/** What each of the original's functions does, by ours. */
const RUN: Readonly<Record<string, (...args: never[]) => unknown>> = {
  messageToUniversalURI: (text: string) => `${PREFIX.universal}${tokenOf(text)}`,
  messageToDeeplinkURI: (text: string) => `${PREFIX.deeplink}${tokenOf(text)}`,
  messageToURI: (text: string, form: 'universal' | 'deeplink' = 'universal') =>
    `${PREFIX[form]}${tokenOf(text)}`,
  paramsToQueryString: (uri: string, parameters: JsonObject) =>
    appendRequestParameters(uri, ours(parameters)),
  paramsToUrlFragment: (uri: string, { data, id }: Record<string, string>) =>
    appendToFragment(uri, { data, id }),
  getURLJWT: (uri: string) => tokenOf(uri),
  isJWT: (text: string) => isToken(text),
  getUrlQueryParams: (uri: string) => theirs(parseRequestParameters(new URL(uri).searchParams)),
  parseResponse: (text: string) => parseResponse(text),
}

describe('request URIs of the original', () => {
  it('are there', () => {
    expect([vectors.length, routing.length]).toEqual([33, 25])
  })

  it.each(vectors)('$id', ({ fn, args, expect: { value } }) => {
    const run = RUN[fn]
    if (run === undefined) throw new Error(`no counterpart of ${fn}`)
    expect(run(...args)).toEqual(value)
  })
})

describe('the routes of the original wallet', () => {
  const KINDS = {
    req: 'unified',
    add: 'attestation',
    me: 'disclosure',
    deploy: 'sign',
    payment: 'sign',
  } as const

  it.each(routing)('$url is $kind', ({ url, kind }) => {
    const endpoint = routeRequestUri(new URL(url)).kind
    if (endpoint !== 'address') {
      expect(endpoint === 'other' ? 'other' : KINDS[endpoint]).toBe(kind)
      return
    }
    const parsed = parseRequestUri(url)
    expect(parsed.kind === 'contact' ? 'connect' : 'sign').toBe(kind)
    expect(parsed).toMatchObject({ unsigned: true, address: new URL(url).pathname.replace('/', '') })
  })
})

describe('deprecated requests', () => {
  it('keep what they say, decoded', () => {
    const address = '0x60b3774c4161a59b35cda8043670aadf71cc2aed'
    const query =
      'function=transfer(address%200x0,%20uint256%205)&label=L&gas=21000&gasPrice=1&network_id=0x4&client_id=c'
    expect(parseRequestUri(`me.uport:${address}?${query}`)).toEqual({
      kind: 'transaction',
      unsigned: true,
      address,
      function: 'transfer(address 0x0, uint256 5)',
      label: 'L',
      gas: '21000',
      gasPrice: '1',
      networkId: '0x4',
      clientId: 'c',
    })
    expect(parseRequestUri('me.uport:deploy/0x6001')).toEqual({
      kind: 'transaction',
      unsigned: true,
      bytecode: '0x6001',
    })
    expect(parseRequestUri('me.uport:me?client_id=x')).toEqual({
      kind: 'disclosure',
      unsigned: true,
      clientId: 'x',
    })
  })

  it('lose what is overlong, empty or unknown', () => {
    const uri = `me.uport:me?label=${'x'.repeat(2049)}&callback_url=&foo=1&callback_type=carrier`
    expect(parseRequestUri(uri)).toEqual({ kind: 'disclosure', unsigned: true })
  })

  it('are known only at the places where they ever were', () => {
    for (const url of [
      'https://evil.example/me?requestToken=a.b.c',
      'https://evil.example/add?attestations=a.b.c',
    ]) {
      expect(parseRequestUri(url).kind).toBe('reference')
    }
  })
})

describe('a reply in a fragment', () => {
  it('is nothing where it is overlong or answers nothing', () => {
    expect(parseReplyFragment(`#id=x&access_token=${'a'.repeat(131_072)}`)).toBeUndefined()
    expect(parseReplyFragment('#id=x&data=d')).toBeUndefined()
    expect(parseReplyFragment('#status=ok&id=x')).toEqual({
      id: 'x',
      data: undefined,
      params: { status: 'ok' },
    })
  })

  it('is appended without what is undefined', () => {
    expect(appendToFragment('https://a.b', { id: undefined })).toBe('https://a.b')
  })
})
