import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createIpfsGateway } from './ipfs-gateway.ts'
import { type IpfsStore, openIpfsStore } from './ipfs-store.ts'

const nowhere = 'QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG'
const file = new TextEncoder().encode('{"@type":"Person"}')

describe('createIpfsGateway', () => {
  let directory: string
  let store: IpfsStore
  let gateway: Hono
  let cid: string
  let folder: string

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'uport-gateway-test-'))
    store = await openIpfsStore(directory)
    gateway = createIpfsGateway(store)
    const legacy = { cidVersion: 0, rawLeaves: false } as const
    const added = await store.add([{ path: 'a file.json', content: file }], {
      ...legacy,
      wrapWithDirectory: true,
    })
    cid = added[0]?.cid ?? ''
    folder = added.at(-1)?.cid ?? ''
  })

  afterAll(async () => {
    await store.close()
    await rm(directory, { recursive: true })
  })

  const get = (path: string, init?: RequestInit): Promise<Response> =>
    Promise.resolve(
      gateway.request(`http://127.0.0.1${path}`, {
        ...init,
        headers: { host: '127.0.0.1', ...init?.headers },
      }),
    )

  it('serves the bytes for good', async () => {
    const response = await get(`/ipfs/${cid}`)
    expect(response.status).toBe(200)
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(file)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'cache-control': 'public, max-age=29030400, immutable',
      'content-length': String(file.length),
      'content-type': 'application/json',
      etag: `"${cid}"`,
      'x-content-type-options': 'nosniff',
      'x-ipfs-path': `/ipfs/${cid}`,
    })
  })

  it('answers HEAD with the same headers and no body', async () => {
    const response = await get(`/ipfs/${cid}`, { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-length')).toBe(String(file.length))
    expect(await response.text()).toBe('')
  })

  it.each(['?format=raw', ''])('serves the block that hashes to the CID (%j)', async (query) => {
    const response = await get(`/ipfs/${cid}${query}`, { headers: { accept: 'application/vnd.ipld.raw' } })
    expect(response.headers.get('content-type')).toBe('application/vnd.ipld.raw')
    expect(response.headers.get('etag')).toBe(`"${cid}.raw"`)
    const digest = createHash('sha256')
      .update(new Uint8Array(await response.arrayBuffer()))
      .digest()
    const added = await store.add([{ path: '', content: file }], {
      cidVersion: 1,
      rawLeaves: false,
      wrapWithDirectory: false,
    })
    expect(added[0]?.cid).toMatch(/^bafybei/)
    expect(await (await get(`/ipfs/${added[0]?.cid}`)).text()).toBe(new TextDecoder().decode(file))
    expect(base58(Uint8Array.of(0x12, 0x20, ...digest))).toBe(cid)
  })

  it.each(['"CID"', 'W/"CID"', '"other", "CID"', '*'])('answers 304 to If-None-Match %s', async (tags) => {
    const response = await get(`/ipfs/${cid}`, { headers: { 'if-none-match': tags.replace('CID', cid) } })
    expect(response.status).toBe(304)
    expect(await response.text()).toBe('')
  })

  it('sends the bytes again where the tag is another', async () => {
    expect((await get(`/ipfs/${cid}`, { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
  })

  it('walks a directory', async () => {
    const response = await get(`/ipfs/${folder}/a%20file.json`)
    expect(await response.text()).toBe(new TextDecoder().decode(file))
    expect(response.headers.get('etag')).toBe(`"${cid}"`)
  })

  it('answers a page of another origin before its request', async () => {
    const response = await get(`/ipfs/${cid}`, {
      method: 'OPTIONS',
      headers: { origin: 'https://page.example' },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-methods')).toBe('GET,HEAD,OPTIONS')
  })

  it.each([
    ['a block that is not here', () => `/ipfs/${nowhere}`, 404],
    ['a raw block that is not here', () => `/ipfs/${nowhere}?format=raw`, 404],
    ['a directory', () => `/ipfs/${folder}`, 404],
    ['a name that is not in it', () => `/ipfs/${folder}/other`, 404],
    ['a path below a file', () => `/ipfs/${folder}/a%20file.json/more`, 404],
    ['a path out of the store', () => `/ipfs/${folder}/..%2f..%2fetc%2fpasswd`, 404],
    ['no CID', () => '/ipfs/hello', 400],
    [
      'a CID of another codec',
      () => '/ipfs/bafyreigdmqpykrgxyaxtlafqpqhzrb7qy2rh75nldvfd4tucqmqqme5yje',
      400,
    ],
    ['another format', () => `/ipfs/${cid}?format=car`, 400],
    ['a raw block by path', () => `/ipfs/${folder}/a%20file.json?format=raw`, 400],
    ['another route', () => '/ipns/name', 404],
  ])('refuses %s', async (_, path, status) => {
    expect((await get(path())).status).toBe(status)
  })

  it('refuses to be written to', async () => {
    expect((await get(`/ipfs/${cid}`, { method: 'PUT', body: 'x' })).status).toBe(404)
  })
})

function base58(bytes: Uint8Array): string {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
  let value = BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
  let text = ''
  for (; value > 0n; value /= 58n) text = alphabet[Number(value % 58n)] + text
  return text
}
