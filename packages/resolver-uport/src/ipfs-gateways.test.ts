import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import type { SafeFetch, UportError } from '@uport-kit/core'
import { createSafeFetch } from '@uport-kit/fetch-node'
import { afterEach, describe, expect, it } from 'vitest'
import { serveLocally } from '../test/local-server.ts'
import { cidOfBytes, IpfsGateways, type IpfsGatewaysOptions } from './index.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function gateway(
  handler: RequestListener,
): Promise<{ url: string; host: string; paths: (string | undefined)[] }> {
  const paths: (string | undefined)[] = []
  const server = await serveLocally((request, response) => {
    paths.push(request.url)
    handler(request, response)
  })
  closers.push(async () => server[Symbol.asyncDispose]())
  return { url: server.url, host: server.host, paths }
}

const content = new TextEncoder().encode('hello world\n')
const cid = 'QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o'
const limits = { maxBytes: 1000 }
const honest: RequestListener = (_request, response) => response.end(content)
const lying: RequestListener = (_request, response) => response.end('hello world!')
const lacking: RequestListener = (_request, response) => response.writeHead(404).end('no')
const flooding: RequestListener = (_request, response) => response.end('x'.repeat(2000))
const broken: RequestListener = (_request, response) => response.writeHead(502).end()

const rejection = (promise: Promise<unknown>): Promise<UportError> =>
  promise.then(
    () => expect.fail('was not refused'),
    (error: UportError) => error,
  )

/** A SafeFetch for which these are the operator's own. */
function safeFetchFor(gateways: readonly string[]): SafeFetch {
  const safeFetch = createSafeFetch({ allowOrigins: gateways.map((url) => new URL(url).origin) })
  closers.unshift(() => safeFetch.close())
  return safeFetch
}

describe.each([
  { over: "the platform's fetch", fetchFor: () => undefined },
  { over: 'a SafeFetch', fetchFor: safeFetchFor },
])('IpfsGateways over $over', ({ fetchFor }) => {
  const open = (options: IpfsGatewaysOptions) =>
    new IpfsGateways({ ...options, fetch: fetchFor(options.gateways) })

  async function from(...handlers: RequestListener[]) {
    const servers = await Promise.all(handlers.map(gateway))
    return { servers, source: open({ gateways: servers.map(({ url }) => url), timeoutMs: 500 }) }
  }

  it('reads content, once: then it is known', async () => {
    const { source, servers } = await from(honest)
    const first = await source.get(cid, limits)
    expect(first).toEqual(content)
    first.fill(0)
    expect(await source.get(cid, limits)).toEqual(content)
    expect(servers[0]?.paths).toEqual([`/ipfs/${cid}`])
  })

  it.each(['', '/', '/ipfs', '/ipfs/', '/ipfs/?x=1'])('takes a base URL that ends in %j', async (end) => {
    const { url, paths } = await gateway(honest)
    expect(await open({ gateways: [url + end] }).get(cid, limits)).toEqual(content)
    expect(paths).toEqual([`/ipfs/${cid}`])
  })

  it('keeps a path in front', async () => {
    const { url, paths } = await gateway(honest)
    await open({ gateways: [`${url}/key/`] }).get(cid, limits)
    expect(paths).toEqual([`/key/ipfs/${cid}`])
  })

  it('goes on to the next one from one that lies, lacks it, is broken or sends too much', async () => {
    const { source, servers } = await from(lying, lacking, broken, flooding, honest)
    expect(await source.get(cid, limits)).toEqual(content)
    expect(servers.map(({ paths }) => paths.length)).toEqual([1, 1, 1, 1, 1])
  })

  it.each([301, 302, 307, 308])('follows no redirect (%i), and goes on to the next one', async (status) => {
    const elsewhere = await gateway(honest)
    const redirecting: RequestListener = (_request, response) =>
      response.writeHead(status, { location: `${elsewhere.url}/ipfs/${cid}` }).end()
    const { source } = await from(redirecting, honest)
    expect(await source.get(cid, limits)).toEqual(content)
    const alone = await from(redirecting)
    const error = await rejection(alone.source.get(cid, limits))
    expect([error.code, error.retryable]).toEqual(['CONTENT_NOT_FOUND', true])
    expect(elsewhere.paths).toEqual([])
  })

  it('goes on from one that never answers, and from one that is not there', async () => {
    const { url } = await gateway(honest)
    const silent = await gateway(() => undefined)
    const source = open({ gateways: [silent.url, 'http://127.0.0.1:1', url], timeoutMs: 100 })
    expect(await source.get(cid, limits)).toEqual(content)
  })

  it('hands on no lie, and names who told it', async () => {
    const { source, servers } = await from(lying, lacking)
    const error = await rejection(source.get(cid, limits))
    expect([error.code, error.data, error.retryable]).toEqual([
      'CONTENT_MISMATCH',
      { cid, sources: 2 },
      false,
    ])
    expect(String(error.cause)).toContain(`${servers[0]?.host}: lied`)
  })

  it('never keeps a lie', async () => {
    let honestly = false
    const { source } = await from((request, response) => (honestly ? honest : lying)(request, response))
    expect((await rejection(source.get(cid, limits))).code).toBe('CONTENT_MISMATCH')
    honestly = true
    expect(await source.get(cid, limits)).toEqual(content)
  })

  it('says that nobody has it; to be tried again only where somebody could not be asked', async () => {
    const all = await from(lacking, lacking)
    const absent = await rejection(all.source.get(cid, limits))
    expect([absent.code, absent.data, absent.retryable]).toEqual([
      'CONTENT_NOT_FOUND',
      { cid, sources: 2 },
      false,
    ])
    const some = await from(lacking, broken)
    expect((await rejection(some.source.get(cid, limits))).retryable).toBe(true)
  })

  it('reads no more than it may, from the cache neither', async () => {
    const { source } = await from(honest)
    const tooSmall = { maxBytes: content.length - 1 }
    expect((await rejection(source.get(cid, tooSmall))).code).toBe('CONTENT_TOO_LARGE')
    await source.get(cid, limits)
    const error = await rejection(source.get(cid, tooSmall))
    expect([error.code, error.data]).toEqual(['CONTENT_TOO_LARGE', { cid, maxBytes: content.length - 1 }])
  })

  it('asks for nothing that is no CIDv0', async () => {
    const { source, servers } = await from(honest)
    for (const text of [
      '',
      '../../etc',
      `${cid}/x`,
      'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi',
    ]) {
      expect((await rejection(source.get(text, limits))).code).toBe('CID_INVALID')
    }
    expect(servers[0]?.paths).toEqual([])
  })

  it('asks once for callers who come together; one leaves without the other', async () => {
    let answer = (): void => undefined
    const asked = new Promise<void>((resolve) => {
      answer = resolve
    })
    let release = (): void => undefined
    const { source, servers } = await from((_request, response) => {
      release = () => response.end(content)
      answer()
    })
    const controller = new AbortController()
    const impatient = rejection(source.get(cid, limits, { signal: controller.signal }))
    const patient = source.get(cid, limits)
    await asked
    const reason = new Error('changed my mind')
    controller.abort(reason)
    expect(await impatient).toBe(reason)
    release()
    expect(await patient).toEqual(content)
    expect(servers[0]?.paths).toHaveLength(1)
  })

  it('stops asking when the last caller has left', async () => {
    const controller = new AbortController()
    let closed: Promise<unknown> = Promise.resolve()
    const { source, servers } = await from((_request, response) => {
      closed = once(response, 'close')
      controller.abort()
    }, honest)
    await rejection(source.get(cid, limits, { signal: controller.signal }))
    await closed
    expect(servers[1]?.paths).toEqual([])
    expect(await rejection(source.get(cid, limits, { signal: AbortSignal.abort('at once') }))).toBe('at once')
  })

  it('takes a long page that says no for what it says', async () => {
    const wordy = (status: number) =>
      from((_request, response) => response.writeHead(status).end('x'.repeat(2000)))
    for (const [status, retryable] of [
      [404, false],
      [503, true],
    ] as const) {
      const error = await rejection((await wordy(status)).source.get(cid, limits))
      expect([error.code, error.retryable]).toEqual(['CONTENT_NOT_FOUND', retryable])
    }
    expect((await rejection((await from(flooding)).source.get(cid, limits))).code).toBe('CONTENT_TOO_LARGE')
  })

  it('asks for several at once; one that is given up harms no other', async () => {
    const files = [1, 2, 3].map((n) => new Uint8Array(40).fill(n))
    const byPath = new Map(files.map((bytes) => [`/ipfs/${cidOfBytes(bytes)}`, bytes]))
    const waiting: (() => void)[] = []
    let all = (): void => undefined
    const asked = new Promise<void>((resolve) => {
      all = resolve
    })
    const { source } = await from((request, response) => {
      response.write('')
      waiting.push(() => response.end(byPath.get(request.url ?? '')))
      if (waiting.length === 3) all()
    })
    const controller = new AbortController()
    const [first, ...others] = files.map((bytes, index) =>
      source.get(cidOfBytes(bytes), limits, index === 0 ? { signal: controller.signal } : {}),
    )
    await asked
    controller.abort('enough')
    expect(await rejection(first!)).toBe('enough')
    for (const answer of waiting) answer()
    expect(await Promise.all(others)).toEqual(files.slice(1))
  })

  it('keeps what was used last within its bound', async () => {
    const files = [1, 2, 3].map((n) => new Uint8Array(40).fill(n))
    const byPath = new Map(files.map((bytes) => [`/ipfs/${cidOfBytes(bytes)}`, bytes]))
    const { url, paths } = await gateway((request, response) => response.end(byPath.get(request.url ?? '')))
    const source = open({ gateways: [url], cacheBytes: 100 })
    const read = async (...order: number[]) => {
      for (const n of order) await source.get(cidOfBytes(files[n - 1]!), limits)
    }
    await read(1, 2, 1, 3, 1, 3)
    expect(paths).toHaveLength(3)
    await read(2)
    expect(paths).toHaveLength(4)
    const forgetful = open({ gateways: [url], cacheBytes: 0 })
    await forgetful.get(cidOfBytes(files[0]!), limits)
    await forgetful.get(cidOfBytes(files[0]!), limits)
    expect(paths).toHaveLength(6)
  })

  it('sends credentials of the URL as a header and never tells them', async () => {
    const seen: (string | undefined)[] = []
    const { host } = await gateway((request, response) => {
      seen.push(request.headers.authorization)
      response.writeHead(403).end()
    })
    const error = await rejection(open({ gateways: [`http://me:hunter2@${host}`] }).get(cid, limits))
    expect(seen).toEqual([`Basic ${btoa('me:hunter2')}`])
    expect(JSON.stringify([error.message, error.data, String(error.cause)])).not.toContain('hunter2')
  })

  it.each([[[]], [['nowhere']], [['ftp://gateway.example']]])('is not made of %j', (gateways) => {
    expect(() => new IpfsGateways({ gateways })).toThrow(TypeError)
  })
})
