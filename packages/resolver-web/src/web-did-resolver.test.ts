import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { didResolverCases, registerConformance } from '@uport-kit/conformance'
import { type Did, encodeHex, MemoryKeyStore, signJwt, verifyJwt } from '@uport-kit/core'
import { assemble, provide, TOKENS } from '@uport-kit/core/di'
import { createSafeFetch, type NodeSafeFetch } from '@uport-kit/fetch-node'
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest'
import { webResolverModule } from './di/index.ts'
import { WebDidResolver } from './web-did-resolver.ts'

/** The public address that every name resolves to here; connections to it end at the server of the test. */
const PUBLIC_ADDRESS = '93.184.216.34'
const HOSTS = ['issuer.example', 'other.example']

let folder: string
let server: Server
let safeFetch: NodeSafeFetch
let pages: Map<string, (response: ServerResponse) => void>
let requests: IncomingMessage[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'resolver-web-'))
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  writeFileSync(join(folder, 'san.cnf'), `subjectAltName=${HOSTS.map((host) => `DNS:${host}`).join(',')}`)
  const key = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'.split(' ')
  openssl('req', '-x509', ...key, ...'-keyout ca.key -out ca.pem -subj /CN=CA -days 2'.split(' '))
  openssl('req', ...key, ...'-keyout server.key -out server.csr -subj /CN=server'.split(' '))
  openssl(
    ...'x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 2'.split(' '),
    ...'-extfile san.cnf'.split(' '),
  )
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  server = createServer({ key: read('server.key'), cert: read('server.pem') }, (request, response) => {
    requests.push(request)
    const page = pages.get(`${request.headers.host}${request.url}`)
    if (page === undefined) response.writeHead(404).end()
    else page(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  safeFetch = createSafeFetch({
    ca: [read('ca.pem')],
    ports: [443, 8443],
    lookup: async () => [PUBLIC_ADDRESS],
    dial: () => connect({ host: '127.0.0.1', port }),
  })
})

afterAll(async () => {
  await safeFetch.close()
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true })
})

beforeEach(() => {
  pages = new Map()
  requests = []
})

const keys = new MemoryKeyStore()
const key = await keys.import(new Uint8Array(32).fill(5))
const NOW = 1_700_000_000

const documentFor = (id: string) => ({
  '@context': 'https://w3id.org/did/v1',
  id,
  publicKey: [
    {
      id: `${id}#owner`,
      type: 'Secp256k1VerificationKey2018',
      owner: id,
      publicKeyHex: encodeHex(key.publicKey),
    },
  ],
  authentication: [{ type: 'Secp256k1SignatureAuthentication2018', publicKey: `${id}#owner` }],
})

const json = (value: unknown) => (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}
const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) => {
    response.writeHead(code, headers).end()
  }
const text = (body: string | Uint8Array) => (response: ServerResponse) => {
  response.writeHead(200).end(body)
}

const resolverOf = (maxBytes?: number) => new WebDidResolver({ safeFetch, maxBytes })
const WELL_KNOWN = 'issuer.example/.well-known/did.json'

registerConformance({ describe, it }, 'WebDidResolver', didResolverCases, () => {
  pages.set(WELL_KNOWN, json(documentFor('did:web:issuer.example')))
  return {
    resolver: resolverOf(),
    known: 'did:web:issuer.example' as const,
    unknown: 'did:web:issuer.example:nobody' as const,
  }
})

describe('where a document lies', () => {
  test.each([
    ['did:web:issuer.example', WELL_KNOWN],
    ['did:https:issuer.example', WELL_KNOWN],
    ['did:web:issuer.example:user:alice', 'issuer.example/user/alice/did.json'],
    ['did:web:issuer.example%3A8443:a', 'issuer.example:8443/a/did.json'],
  ] as const)('%s, and its tokens verify', async (did, page) => {
    pages.set(page, json(documentFor(did)))
    const jwt = await signJwt({}, { did, keys, keyId: key.keyId }, { now: NOW })
    const rules = { resolver: resolverOf(), now: NOW, authentication: true }
    expect((await verifyJwt(jwt, rules)).issuer).toBe(did)
    expect(requests).toHaveLength(1)
    expect(requests[0]?.headers.accept).toContain('application/did+json')
  })

  test('fresh goes past the caches on the way', async () => {
    pages.set(WELL_KNOWN, json(documentFor('did:web:issuer.example')))
    await resolverOf().resolve('did:web:issuer.example', { fresh: true })
    expect(requests[0]?.headers['cache-control']).toBe('no-cache')
  })

  test('a redirect within the domain is followed', async () => {
    pages.set(WELL_KNOWN, status(302, { location: '/did.json' }))
    pages.set('issuer.example/did.json', json(documentFor('did:web:issuer.example')))
    expect((await resolverOf().resolve('did:web:issuer.example')).document.id).toBe('did:web:issuer.example')
  })
})

describe('what is refused', () => {
  const DID = 'did:web:issuer.example'
  const fails = (page: (response: ServerResponse) => void, maxBytes?: number) => {
    pages.set(WELL_KNOWN, page)
    return resolverOf(maxBytes)
      .resolve(DID)
      .then(
        () => 'resolved',
        (error) => error,
      )
  }

  test.each([
    [404, 'DID_NOT_FOUND', false],
    [410, 'DID_NOT_FOUND', false],
    [403, 'DID_RESOLUTION_FAILED', false],
    [429, 'DID_RESOLUTION_FAILED', true],
    [500, 'DID_RESOLUTION_FAILED', true],
    [503, 'DID_RESOLUTION_FAILED', true],
  ])('status %i', async (code, expected, retryable) => {
    expect(await fails(status(code))).toMatchObject({ code: expected, retryable })
  })

  test('another domain speaks for this one', async () => {
    pages.set('other.example/did.json', json(documentFor(DID)))
    const error = await fails(status(302, { location: 'https://other.example/did.json' }))
    expect(error).toMatchObject({ code: 'DID_WEB_REDIRECTED', data: { did: DID, to: 'other.example' } })
    const otherPort = await fails(status(302, { location: 'https://issuer.example:8443/did.json' }))
    expect(otherPort).toMatchObject({ code: 'DID_WEB_REDIRECTED' })
  })

  test.each([
    ['another DID', 'did:web:other.example'],
    ['the same domain under the other method', 'did:https:issuer.example'],
    ['the same domain in another case', 'did:web:Issuer.example'],
    ['a DID URL', `${DID}#key`],
  ])('the document of %s', async (_, id) => {
    expect(await fails(json(documentFor(id)))).toMatchObject({ code: 'DID_DOCUMENT_ID_MISMATCH' })
  })

  test.each([
    ['a web page', '<html>'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['no id', '{}'],
    ['no UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['a pit', '{"id":'.repeat(10_000)],
  ])('%s', async (_, body) => {
    expect(await fails(text(body))).toMatchObject({ code: 'DID_DOCUMENT_INVALID', retryable: false })
  })

  test('more than it may be', async () => {
    expect(await fails(text(' '.repeat(2000)), 1000)).toMatchObject({ code: 'FETCH_TOO_LARGE' })
    expect(await fails(text(' '.repeat(70_000)))).toMatchObject({ code: 'FETCH_TOO_LARGE' })
  })

  test('a connection that breaks', async () => {
    expect(await fails((response) => response.destroy())).toMatchObject({
      code: 'FETCH_FAILED',
      retryable: true,
    })
  })

  test('names that lead into private networks', async () => {
    await using inside = createSafeFetch({ lookup: async () => ['10.0.0.1'] })
    const resolver = new WebDidResolver({ safeFetch: inside })
    await expect(resolver.resolve(DID)).rejects.toMatchObject({ code: 'FETCH_BLOCKED' })
    for (const did of ['did:web:127.0.0.1', 'did:web:2130706433', 'did:https:localhost'] as const)
      await expect(resolver.resolve(did)).rejects.toMatchObject({ code: 'DID_INVALID' })
    expect(requests).toHaveLength(0)
  })
})

test('the module resolves both methods through the SafeFetch that is assembled', async () => {
  pages.set(WELL_KNOWN, json(documentFor('did:https:issuer.example')))
  await using app = assemble(webResolverModule(), provide(TOKENS.SafeFetch, safeFetch))
  const [resolver] = app.getAll(TOKENS.MethodResolver)
  expect(resolver?.methods).toEqual(['web', 'https'])
  const did: Did = 'did:https:issuer.example'
  expect((await resolver?.resolve(did))?.document.id).toBe(did)
})
