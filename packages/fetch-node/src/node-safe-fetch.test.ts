import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { SafeRequest, UportError } from '@uport-kit/core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createSafeFetch, type Dial, type NodeSafeFetch, type SafeFetchOptions } from './index.ts'

const GET: SafeRequest = { maxBytes: 1024 }
const PUBLIC_ADDRESS = '93.184.216.34'

let folder: string
let authority: string
let tls: { key: string; cert: string }

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'safe-fetch-'))
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=Throwaway CA',
    '-days',
    '2',
  )
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=server')
  writeFileSync(
    join(folder, 'san.cnf'),
    'subjectAltName=DNS:public.example,DNS:other.example,IP:127.0.0.1,IP:93.184.216.34',
  )
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-out',
    'server.pem',
    '-days',
    '2',
    '-extfile',
    'san.cnf',
  )
  authority = readFileSync(join(folder, 'ca.pem'), 'utf8')
  tls = {
    key: readFileSync(join(folder, 'server.key'), 'utf8'),
    cert: readFileSync(join(folder, 'server.pem'), 'utf8'),
  }
})

afterAll(() => rmSync(folder, { recursive: true }))

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

interface Running {
  readonly port: number
  readonly origin: string
  readonly requests: IncomingMessage[]
}

async function serve(secure: boolean, handler: RequestListener): Promise<Running> {
  const requests: IncomingMessage[] = []
  const listener: RequestListener = (request, response) => {
    requests.push(request)
    handler(request, response)
  }
  const server: Server = secure ? createHttpsServer(tls, listener) : createHttpServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const { port } = server.address() as AddressInfo
  return { port, origin: `${secure ? 'https' : 'http'}://127.0.0.1:${port}`, requests }
}

const serveHttps = (handler: RequestListener) => serve(true, handler)
const serveHttp = (handler: RequestListener) => serve(false, handler)

function open(options: SafeFetchOptions = {}): NodeSafeFetch {
  const safe = createSafeFetch({ ca: [authority], ...options })
  closers.push(() => safe.close())
  return safe
}

/** Every public name is this server; what was dialled is on record. */
function publicRoad(server: Running) {
  const dialled: { hostname: string; port: number; addresses: readonly string[] }[] = []
  const names: string[] = []
  const dial: Dial = (target) => {
    dialled.push(target)
    return connect(server.port, '127.0.0.1')
  }
  const lookup = async (hostname: string): Promise<string[]> => {
    names.push(hostname)
    return [PUBLIC_ADDRESS]
  }
  return { dialled, names, options: { dial, lookup } }
}

const rejection = (promise: Promise<unknown>): Promise<UportError> =>
  promise.then(
    () => expect.fail('was not refused'),
    (error: UportError) => error,
  )

const text = (body: Uint8Array) => new TextDecoder().decode(body)

describe('a public address', () => {
  it('is fetched over verified TLS, at the address that was checked', async () => {
    const server = await serveHttps((_request, response) => response.setHeader('x-one', 'yes').end('hello'))
    const road = publicRoad(server)
    const answer = await open(road.options).fetch(new URL('https://public.example/a?b=c#pin'), GET)
    expect([answer.status, text(answer.body), answer.headers.get('x-one')]).toEqual([200, 'hello', 'yes'])
    expect(answer.url.href).toBe('https://public.example/a?b=c#pin')
    expect(road.dialled).toEqual([{ hostname: 'public.example', port: 443, addresses: [PUBLIC_ADDRESS] }])
    expect(server.requests[0]?.url).toBe('/a?b=c')
  })

  it('is sent neither cookies nor a user agent, and asked for an unencoded body', async () => {
    const server = await serveHttps((_request, response) => response.setHeader('set-cookie', 'a=b').end())
    const safe = open(publicRoad(server).options)
    await safe.fetch(new URL('https://public.example/'), GET)
    await safe.fetch(new URL('https://public.example/'), { ...GET, headers: { accept: 'text/plain' } })
    const { host, connection, ...rest } = server.requests[1]?.headers ?? {}
    expect(rest).toEqual({ accept: 'text/plain', 'accept-encoding': 'identity' })
  })

  it('may be a literal, whose certificate must carry it', async () => {
    const server = await serveHttps((_request, response) => response.end('literal'))
    const road = publicRoad(server)
    const answer = await open(road.options).fetch(new URL(`https://${PUBLIC_ADDRESS}/`), GET)
    expect(text(answer.body)).toBe('literal')
    expect(road.names).toEqual([])
    expect((await rejection(open(road.options).fetch(new URL('https://1.1.1.1/'), GET))).code).toBe(
      'FETCH_FAILED',
    )
  })

  it('is refused without a certificate that chains to a trusted authority', async () => {
    const server = await serveHttps((_request, response) => response.end('never'))
    const error = await rejection(
      open({ ...publicRoad(server).options, ca: [] }).fetch(new URL('https://public.example/'), GET),
    )
    expect([error.code, error.retryable]).toEqual(['FETCH_FAILED', true])
    expect(server.requests).toEqual([])
  })

  it('is refused where the certificate names somebody else', async () => {
    const server = await serveHttps((_request, response) => response.end('never'))
    const error = await rejection(
      open(publicRoad(server).options).fetch(new URL('https://mallory.example/'), GET),
    )
    expect(error.code).toBe('FETCH_FAILED')
    expect(server.requests).toEqual([])
  })

  it('is refused on an unusual port, unless the port is allowed', async () => {
    const server = await serveHttps((_request, response) => response.end('ok'))
    const road = publicRoad(server)
    const url = new URL('https://public.example:8443/')
    const error = await rejection(open(road.options).fetch(url, GET))
    expect(error.data).toEqual({ reason: 'port', host: 'public.example:8443' })
    expect((await open({ ...road.options, ports: [443, 8443] }).fetch(url, GET)).status).toBe(200)
    expect(road.dialled.map(({ port }) => port)).toEqual([8443])
  })

  it('answers a POST with its status, whatever it is', async () => {
    const server = await serveHttps((request, response) => {
      response.statusCode = 422
      request.pipe(response)
    })
    const answer = await open(publicRoad(server).options).fetch(new URL('https://public.example/'), {
      ...GET,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    })
    expect([answer.status, text(answer.body)]).toEqual([422, '{"a":1}'])
    expect(server.requests[0]?.headers['content-type']).toBe('application/json')
  })
})

describe('what is blocked', () => {
  const LITERALS = [
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://0/',
    'https://10.1.2.3/',
    'https://169.254.169.254/latest/meta-data',
    'https://%31%32%37.0.0.1/',
    'https://127。0。0。1/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[fe80::1]/',
    'https://[fd00::1]/',
  ]

  it.each(LITERALS)('%s, without a connection', async (address) => {
    const server = await serveHttps((_request, response) => response.end('never'))
    const road = publicRoad(server)
    const error = await rejection(open(road.options).fetch(new URL(address), GET))
    expect([error.code, 'reason' in error.data && error.data.reason]).toEqual([
      'FETCH_BLOCKED',
      'private-address',
    ])
    expect([road.dialled, server.requests]).toEqual([[], []])
  })

  it.each([
    ['a loopback address', ['127.0.0.1']],
    ['a mapped one', ['::ffff:10.0.0.1']],
    ['one private address among public ones', [PUBLIC_ADDRESS, '192.168.1.1']],
    ['something that is no address', ['localhost']],
  ])('a name that stands for %s', async (_what, addresses) => {
    const server = await serveHttps((_request, response) => response.end('never'))
    const road = publicRoad(server)
    const safe = open({ ...road.options, lookup: async () => addresses })
    const error = await rejection(safe.fetch(new URL('https://public.example/'), GET))
    expect([error.code, error.retryable]).toEqual(['FETCH_BLOCKED', false])
    expect(road.dialled).toEqual([])
  })

  it('localhost by the system resolver', async () => {
    const error = await rejection(open().fetch(new URL('https://localhost/'), GET))
    expect(error.code).toBe('FETCH_BLOCKED')
  })

  it('a name that changes its mind: one lookup a connection, and the socket goes where it said', async () => {
    const server = await serveHttps((_request, response) =>
      response.setHeader('connection', 'close').end('ok'),
    )
    const road = publicRoad(server)
    const answers = [[PUBLIC_ADDRESS], ['127.0.0.1']]
    const safe = open({ ...road.options, lookup: async () => answers.shift() ?? [] })
    await safe.fetch(new URL('https://public.example/'), GET)
    expect(road.dialled.map(({ addresses }) => addresses)).toEqual([[PUBLIC_ADDRESS]])
    expect(answers).toHaveLength(1)
    expect((await rejection(safe.fetch(new URL('https://public.example/'), GET))).code).toBe('FETCH_BLOCKED')
    expect(server.requests).toHaveLength(1)
  })

  it.each(['http://public.example/', 'ftp://public.example/', 'file:///etc/passwd', 'data:text/plain,a'])(
    'the scheme of %s',
    async (address) => {
      const error = await rejection(open().fetch(new URL(address), GET))
      expect([error.code, 'reason' in error.data && error.data.reason]).toEqual(['FETCH_BLOCKED', 'scheme'])
    },
  )

  it('credentials, on an allowed origin too, and keeps them out of the error', async () => {
    const safe = open({ allowOrigins: ['http://127.0.0.1:1'] })
    const error = await rejection(safe.fetch(new URL('http://user:hunter2@127.0.0.1:1/'), GET))
    expect(error.data).toEqual({ reason: 'credentials', host: '127.0.0.1:1' })
    expect(JSON.stringify([error.message, error.data, String(error.cause)])).not.toContain('hunter2')
  })
})

describe('an allowed origin', () => {
  it('may be plain and private', async () => {
    const server = await serveHttp((_request, response) => response.end('mine'))
    const answer = await open({ allowOrigins: [server.origin] }).fetch(new URL(`${server.origin}/x`), GET)
    expect(text(answer.body)).toBe('mine')
  })

  it('may be secure, private and on any port', async () => {
    const server = await serveHttps((_request, response) => response.end('mine'))
    const answer = await open({ allowOrigins: [server.origin] }).fetch(new URL(server.origin), GET)
    expect(text(answer.body)).toBe('mine')
  })

  it('may be a name', async () => {
    const server = await serveHttp((_request, response) => response.end('mine'))
    const origin = `http://relay.test:${server.port}`
    const safe = open({ allowOrigins: [origin], lookup: async () => ['127.0.0.1'] })
    expect(text((await safe.fetch(new URL(origin), GET)).body)).toBe('mine')
  })

  it('allows no other scheme, port or host', async () => {
    const server = await serveHttp((_request, response) => response.end('never'))
    const safe = open({ allowOrigins: [server.origin], lookup: async () => ['127.0.0.1'] })
    const others = [
      `https://127.0.0.1:${server.port}/`,
      'https://127.0.0.1/',
      `http://127.0.0.1:${server.port === 1 ? 2 : 1}/`,
      `http://localhost:${server.port}/`,
      `http://[::ffff:127.0.0.1]:${server.port}/`,
    ]
    for (const other of others) {
      expect((await rejection(safe.fetch(new URL(other), GET))).code, other).toBe('FETCH_BLOCKED')
    }
    expect(server.requests).toEqual([])
  })

  it('cannot lend its connection to another name of the same address', async () => {
    const server = await serveHttps((_request, response) => response.end('mine'))
    const mine = `https://public.example:${server.port}`
    const safe = open({ allowOrigins: [mine], ports: [server.port], lookup: async () => ['127.0.0.1'] })
    expect((await safe.fetch(new URL(mine), GET)).status).toBe(200)
    const error = await rejection(safe.fetch(new URL(`https://other.example:${server.port}`), GET))
    expect(error.code).toBe('FETCH_BLOCKED')
  })

  it.each([
    'https://a.example/',
    'a.example',
    'https://A.example',
    'https://a.example:443',
    'ftp://a.example',
    '*',
    '',
  ])('is not written %j', (origin) =>
    expect(() => createSafeFetch({ allowOrigins: [origin] })).toThrow(TypeError),
  )
})

describe('a redirect', () => {
  const redirectTo =
    (location: string, status = 302): RequestListener =>
    (request, response) => {
      if (request.url === '/end') return void response.end('end')
      response.writeHead(status, { location }).end('moved')
    }

  it.each([301, 302, 303, 307, 308])('%i of a GET is followed and reported', async (status) => {
    const server = await serveHttps(redirectTo('/end', status))
    const answer = await open(publicRoad(server).options).fetch(new URL('https://public.example/'), GET)
    expect([text(answer.body), answer.url.href]).toEqual(['end', 'https://public.example/end'])
  })

  it.each([
    ['http://public.example/end', 'scheme'],
    ['https://127.0.0.1/end', 'private-address'],
    ['https://[::ffff:a9fe:a9fe]/end', 'private-address'],
    ['//10.0.0.1/end', 'private-address'],
    ['https://a:b@public.example/end', 'credentials'],
    ['https://public.example:22/end', 'port'],
    ['https://[', 'redirect'],
  ])('to %s is blocked', async (location, reason) => {
    const server = await serveHttps(redirectTo(location))
    const error = await rejection(
      open(publicRoad(server).options).fetch(new URL('https://public.example/'), GET),
    )
    expect([error.code, 'reason' in error.data && error.data.reason]).toEqual(['FETCH_BLOCKED', reason])
    expect(server.requests).toHaveLength(1)
  })

  it('from an allowed origin is checked like any other', async () => {
    const inner = await serveHttp((_request, response) => response.end('never'))
    const outer = await serveHttp(redirectTo(`${inner.origin}/end`))
    const error = await rejection(open({ allowOrigins: [outer.origin] }).fetch(new URL(outer.origin), GET))
    expect(error.code).toBe('FETCH_BLOCKED')
    expect(inner.requests).toEqual([])
  })

  it('is followed three times, not more', async () => {
    const server = await serveHttps((request, response) => {
      const left = Number(request.url?.slice(1))
      if (left === 0) return void response.end('there')
      response.writeHead(302, { location: `/${left - 1}` }).end()
    })
    const safe = open(publicRoad(server).options)
    expect(text((await safe.fetch(new URL('https://public.example/3'), GET)).body)).toBe('there')
    const error = await rejection(safe.fetch(new URL('https://public.example/4'), GET))
    expect('reason' in error.data && error.data.reason).toBe('too-many-redirects')
  })

  it('is followed as often as the request says, where that is less', async () => {
    const server = await serveHttps(redirectTo('/end'))
    const safe = open({ ...publicRoad(server).options, maxRedirects: 1 })
    const reach = (maxRedirects: number) =>
      safe.fetch(new URL('https://public.example/'), { ...GET, maxRedirects })
    expect('reason' in (await rejection(reach(0))).data).toBe(true)
    expect(server.requests).toHaveLength(1)
    expect((await reach(20)).url.pathname).toBe('/end')
  })

  it('takes no secret to another origin', async () => {
    const server = await serveHttps(redirectTo('https://other.example/end'))
    const headers = { authorization: 'Bearer secret', accept: 'text/plain' }
    await open(publicRoad(server).options).fetch(new URL('https://public.example/'), { ...GET, headers })
    expect(server.requests.map((request) => [request.headers.authorization, request.headers.accept])).toEqual(
      [
        ['Bearer secret', 'text/plain'],
        [undefined, 'text/plain'],
      ],
    )
  })

  it('of a POST is the answer', async () => {
    const server = await serveHttps(redirectTo('/end', 307))
    const answer = await open(publicRoad(server).options).fetch(new URL('https://public.example/'), {
      ...GET,
      method: 'POST',
      body: 'x',
    })
    expect(answer.status).toBe(307)
    expect(server.requests).toHaveLength(1)
  })

  it('without a location is the answer', async () => {
    const server = await serveHttps((_request, response) => response.writeHead(304).end())
    expect(
      (await open(publicRoad(server).options).fetch(new URL('https://public.example/'), GET)).status,
    ).toBe(304)
  })
})

describe('the size of a body', () => {
  const fetchBody = async (headers: Record<string, string>, body: Uint8Array | string, maxBytes: number) => {
    const server = await serveHttp((_request, response) => response.writeHead(200, headers).end(body))
    return open({ allowOrigins: [server.origin] }).fetch(new URL(server.origin), { maxBytes })
  }

  it('may be the limit, and not a byte more', async () => {
    expect((await fetchBody({}, 'x'.repeat(100), 100)).body).toHaveLength(100)
    const error = await rejection(fetchBody({}, 'x'.repeat(101), 100))
    expect([error.code, 'maxBytes' in error.data && error.data.maxBytes]).toEqual(['FETCH_TOO_LARGE', 100])
  })

  it('is cut off while it arrives', async () => {
    const server = await serveHttp((_request, response) => {
      const pour = () => {
        while (response.write('x'.repeat(65_536)));
        response.once('drain', pour)
      }
      pour()
    })
    const error = await rejection(open({ allowOrigins: [server.origin] }).fetch(new URL(server.origin), GET))
    expect(error.code).toBe('FETCH_TOO_LARGE')
  })

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('is that of the unpacked %s', async (encoding, compress) => {
    const headers = { 'content-encoding': encoding }
    const answer = await fetchBody(headers, compress('hello'), 5)
    expect([text(answer.body), answer.headers.has('content-encoding')]).toEqual(['hello', false])
    const bomb = compress(Buffer.alloc(10_000_000))
    expect((await rejection(fetchBody(headers, bomb, 200_000))).code).toBe('FETCH_TOO_LARGE')
  })

  it('is none of a coding, where an answer names one and has no body', async () => {
    const server = await serveHttp((_request, response) =>
      response.writeHead(304, { 'content-encoding': 'gzip' }).end(),
    )
    const answer = await open({ allowOrigins: [server.origin] }).fetch(new URL(server.origin), GET)
    expect([answer.status, answer.body]).toEqual([304, new Uint8Array(0)])
  })

  it('is told with the status of what was too large', async () => {
    const server = await serveHttp((_request, response) => response.writeHead(404).end('x'.repeat(2000)))
    const error = await rejection(open({ allowOrigins: [server.origin] }).fetch(new URL(server.origin), GET))
    expect(error.data).toMatchObject({ maxBytes: 1024, status: 404 })
  })

  it('is that of the packed form too', async () => {
    const empties = Buffer.concat(Array.from({ length: 2000 }, () => gzipSync('')))
    expect((await rejection(fetchBody({ 'content-encoding': 'gzip' }, empties, 10))).code).toBe(
      'FETCH_TOO_LARGE',
    )
  })

  it.each([
    ['zstd', 'x'],
    ['gzip, gzip', gzipSync(gzipSync('x'))],
    ['gzip', 'not gzip'],
    ['gzip', gzipSync('a longer text').subarray(0, -8)],
  ])('cannot be told of a broken or unknown coding (%s)', async (encoding, body) => {
    expect((await rejection(fetchBody({ 'content-encoding': encoding }, body, 100))).code).toBe(
      'FETCH_FAILED',
    )
  })
})

describe('the deadline', () => {
  it.each<[string, RequestListener]>([
    ['an answer that never comes', () => undefined],
    ['headers without a body', (_request, response) => response.flushHeaders()],
    ['a body that never ends', (_request, response) => void response.write('x')],
    [
      'a packed body that never ends',
      (_request, response) => {
        response.setHeader('content-encoding', 'gzip').write(gzipSync('hello').subarray(0, 12))
      },
    ],
  ])('ends %s', async (_what, handler) => {
    const server = await serveHttp(handler)
    const safe = open({ allowOrigins: [server.origin], timeoutMs: 150 })
    const error = await rejection(safe.fetch(new URL(server.origin), GET))
    expect([error.code, error.retryable, error.data]).toEqual([
      'FETCH_TIMEOUT',
      true,
      { host: new URL(server.origin).host, milliseconds: 150 },
    ])
  })

  it('ends a body that drips', async () => {
    const server = await serveHttp((_request, response) => {
      const drip = setInterval(() => response.write('x'), 10)
      response.on('close', () => clearInterval(drip))
    })
    const error = await rejection(
      open({ allowOrigins: [server.origin], timeoutMs: 150 }).fetch(new URL(server.origin), GET),
    )
    expect(error.code).toBe('FETCH_TIMEOUT')
  })

  it('is the shorter one, of the request or of the rules', async () => {
    const server = await serveHttp(() => undefined)
    const data = async (rule: number, own: number) => {
      const safe = open({ allowOrigins: [server.origin], timeoutMs: rule })
      return (await rejection(safe.fetch(new URL(server.origin), { ...GET, timeoutMs: own }))).data
    }
    expect(await data(10_000, 50)).toMatchObject({ milliseconds: 50 })
    expect(await data(50, 10_000)).toMatchObject({ milliseconds: 50 })
  })

  it('ends a lookup that hangs', async () => {
    const safe = open({ timeoutMs: 50, lookup: () => new Promise(() => undefined) })
    expect((await rejection(safe.fetch(new URL('https://public.example/'), GET))).code).toBe('FETCH_TIMEOUT')
  })

  it('ends a TLS handshake that hangs', async () => {
    const silent = createTcpServer()
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    closers.push(async () => {
      silent.close()
    })
    const { port } = silent.address() as AddressInfo
    const connection = once(silent, 'connection')
    const dial: Dial = () => connect(port, '127.0.0.1')
    const safe = open({ timeoutMs: 50, dial, lookup: async () => [PUBLIC_ADDRESS] })
    expect((await rejection(safe.fetch(new URL('https://public.example/'), GET))).code).toBe('FETCH_TIMEOUT')
    const [peer] = await connection
    peer.resume()
    await once(peer, 'close')
  })
})

describe('the signal', () => {
  it('rejects with its reason before anything is done', async () => {
    const reason = new Error('changed my mind')
    const road = open({ lookup: () => expect.fail('looked up') })
    const error = await rejection(
      road.fetch(new URL('https://public.example/'), GET, { signal: AbortSignal.abort(reason) }),
    )
    expect(error).toBe(reason)
  })

  it('rejects with its reason while the name is looked up', async () => {
    const controller = new AbortController()
    const reason = new Error('changed my mind')
    const lookup = () => {
      controller.abort(reason)
      return new Promise<never>(() => undefined)
    }
    const fetching = open({ lookup }).fetch(new URL('https://public.example/'), GET, {
      signal: controller.signal,
    })
    expect(await rejection(fetching)).toBe(reason)
  })

  it('leaves nothing behind that is sent once the connection is there', async () => {
    const server = await serveHttp((_request, response) => response.end('mine'))
    const origin = `http://relay.test:${server.port}`
    let found = (_addresses: string[]): void => undefined
    const lookup = () =>
      new Promise<string[]>((resolve) => {
        found = resolve
      })
    const safe = open({ allowOrigins: [origin], lookup })
    const controller = new AbortController()
    const given = safe.fetch(new URL(`${origin}/given-up`), GET, { signal: controller.signal })
    const kept = safe.fetch(new URL(`${origin}/kept`), GET)
    controller.abort('enough')
    expect(await rejection(given)).toBe('enough')
    // The second one looks the name up in its turn.
    for (let settled = false; !settled; await new Promise(setImmediate)) {
      found(['127.0.0.1'])
      settled = server.requests.length > 0
    }
    expect(text((await kept).body)).toBe('mine')
    expect(server.requests.map(({ url }) => url)).toEqual(['/kept'])
  })

  it('ends one of several to the same place, and no other', async () => {
    const controllers = [1, 2, 3].map(() => new AbortController())
    const responses: ServerResponse[] = []
    let started = (): void => undefined
    const all = new Promise<void>((resolve) => {
      started = resolve
    })
    const server = await serveHttp((_request, response) => {
      response.write('x', () => {
        responses.push(response)
        if (responses.length === 3) started()
      })
    })
    const safe = open({ allowOrigins: [server.origin] })
    const [first, ...others] = controllers.map(({ signal }) =>
      safe.fetch(new URL(server.origin), GET, { signal }),
    )
    await all
    controllers[0]!.abort('enough')
    expect(await rejection(first!)).toBe('enough')
    for (const response of responses) response.end('y')
    expect((await Promise.all(others)).map(({ body }) => text(body))).toEqual(['xy', 'xy'])
  })

  it('rejects with its reason in the midst of a body, and the server sees the connection end', async () => {
    const controller = new AbortController()
    const reason = new Error('changed my mind')
    let closed: Promise<unknown> = Promise.resolve()
    const server = await serveHttp((_request, response) => {
      closed = once(response, 'close')
      response.write('x', () => controller.abort(reason))
    })
    const safe = open({ allowOrigins: [server.origin] })
    expect(await rejection(safe.fetch(new URL(server.origin), GET, { signal: controller.signal }))).toBe(
      reason,
    )
    await closed
  })
})

describe('failures and misuse', () => {
  it('reports a network failure as retryable', async () => {
    const server = await serveHttp((request) => request.socket.destroy())
    const error = await rejection(open({ allowOrigins: [server.origin] }).fetch(new URL(server.origin), GET))
    expect([error.code, error.retryable, error.data]).toEqual([
      'FETCH_FAILED',
      true,
      { host: new URL(server.origin).host },
    ])
  })

  it('reports a name without addresses', async () => {
    const error = await rejection(
      open({ lookup: async () => [] }).fetch(new URL('https://public.example/'), GET),
    )
    expect(error.code).toBe('FETCH_FAILED')
  })

  it('fetches no more once closed', async () => {
    const server = await serveHttp((_request, response) => response.end())
    await using safe = createSafeFetch({ allowOrigins: [server.origin] })
    await safe.fetch(new URL(server.origin), GET)
    await safe.close()
    expect((await rejection(safe.fetch(new URL(server.origin), GET))).code).toBe('FETCH_FAILED')
  })

  it.each<[string, SafeRequest]>([
    ['an upper-case header', { ...GET, headers: { Accept: 'a' } }],
    ['a reserved header', { ...GET, headers: { host: 'a' } }],
    ['a body of a GET', { ...GET, body: 'x' }],
    ['a limit that is no number', { maxBytes: Number.NaN }],
    ['a deadline that is none', { ...GET, timeoutMs: 0 }],
    ['redirects that are no number', { ...GET, maxRedirects: -1 }],
  ])('throws a TypeError on %s', async (_what, request) => {
    await expect(open().fetch(new URL('https://public.example/'), request)).rejects.toThrow(TypeError)
  })

  it.each<SafeFetchOptions>([
    { timeoutMs: 0 },
    { timeoutMs: 2 ** 31 },
    { maxRedirects: -1 },
    { ports: [0] },
    { ports: [65_536] },
  ])('throws a TypeError on %j', (options) => expect(() => createSafeFetch(options)).toThrow(TypeError))
})
