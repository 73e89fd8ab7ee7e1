import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { CID, create, type KuboRPCClient } from 'kubo-rpc-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpServer, serveHttp } from './http-server.ts'
import { type IpfsStore, openIpfsStore } from './ipfs-store.ts'
import { createKuboApi } from './kubo-api.ts'

/** The identity document of the uPort PKI specification and the hash that it prints beside it. */
const specifiedDocument = JSON.stringify({
  '@context': 'http://schema.org',
  '@type': 'Person',
  publicKey:
    '0x04848b547c6effe251b6e9f69c3bc6845b7997963554703aa41bc1b4c8d8db787ac966938139d5b36f404b89727fbc279153a20ad43ff25da0c30edb8b84d9c836',
  publicEncKey: 'bpEGZfAtubOkFSsIdZFSlMN30hYlNOjHzS7LJgep82A=',
})
const specifiedCid = 'QmNVHxsMAXvYktfHLYhRjcL7hGBBojTwY7mnJKsJweCZJK'
const ipfsVectors: { text?: string; repeat?: { char: string; count: number }; ipfsHash: string }[] =
  JSON.parse(readFileSync(new URL('../../../test/vectors/ipfs.json', import.meta.url), 'utf8')).vectors
const nowhere = 'QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG'

describe('createKuboApi', () => {
  let directory: string
  let store: IpfsStore
  let server: HttpServer
  let kubo: KuboRPCClient

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'uport-kubo-test-'))
    store = await openIpfsStore(directory)
    server = await serveHttp(createKuboApi(store), 0)
    kubo = create({ url: server.url })
  })

  afterAll(async () => {
    await server.close()
    await store.close()
    await rm(directory, { recursive: true })
  })

  const post = (path: string, body?: BodyInit): Promise<Response> =>
    fetch(`${server.url}/api/v0/${path}`, { method: 'POST', ...(body !== undefined && { body }) })

  const read = async (
    path: string | CID,
    options?: { offset?: number; length?: number },
  ): Promise<Uint8Array> => {
    const chunks: Uint8Array[] = []
    for await (const chunk of kubo.cat(path, options)) chunks.push(chunk)
    return new Uint8Array(Buffer.concat(chunks))
  }

  it('gives the document of the specification the hash of the specification', async () => {
    const { cid, size } = await kubo.add(specifiedDocument)
    expect(cid.toString()).toBe(specifiedCid)
    expect(size).toBe(269)
    expect(new TextDecoder().decode(await read(cid))).toBe(specifiedDocument)
  })

  it('takes what FormData sends', async () => {
    const body = new FormData()
    body.append('file', specifiedDocument)
    expect(await (await post('add', body)).json()).toEqual({
      Name: specifiedCid,
      Hash: specifiedCid,
      Size: '269',
    })
  })

  it('gives any bytes back, to the genuine client', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), async (bytes) => {
        const { cid } = await kubo.add(bytes)
        expect(await read(cid)).toEqual(bytes)
      }),
      { numRuns: 25 },
    )
  })

  it('cuts large files as `ipfs add` does', async () => {
    const vectors = ipfsVectors.filter(({ repeat }) => repeat !== undefined)
    expect(vectors.map(({ repeat }) => repeat?.count)).toEqual([262_144, 262_145])
    for (const { repeat: { char, count } = { char: '', count: 0 }, ipfsHash } of vectors) {
      const { cid } = await kubo.add(char.repeat(count))
      expect(cid.toString()).toBe(ipfsHash)
      expect((await read(cid)).length).toBe(count)
      expect((await read(cid, { offset: 262_143, length: 3 })).length).toBe(Math.min(3, count - 262_143))
    }
  })

  it('gives texts the hashes that other implementations give them', async () => {
    const vectors = ipfsVectors.filter(({ text }) => text !== undefined)
    expect(vectors.length).toBeGreaterThan(2)
    for (const { text = '', ipfsHash } of vectors) {
      expect((await kubo.add(new TextEncoder().encode(text))).cid.toString()).toBe(ipfsHash)
    }
  })

  it('adds with CIDv1 and raw leaves where asked', async () => {
    const { cid } = await kubo.add('hello world', { cidVersion: 1 })
    expect(cid.toString()).toBe('bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e')
    expect((await read(cid)).length).toBe(11)
  })

  it('keeps names, also those that need encoding, in a directory', async () => {
    const entries = [
      { path: 'a b.txt', content: 'one' },
      { path: 'd/ü.txt', content: Uint8Array.of(0xef, 0xbb, 0xbf, 0xff) },
    ]
    const added: string[] = []
    let root = ''
    for await (const { path, cid } of kubo.addAll(entries, { wrapWithDirectory: true })) {
      added.push(path)
      root = cid.toString()
    }
    expect(added).toEqual(['a b.txt', 'd/ü.txt', 'd', root])
    expect(await read(`/ipfs/${root}/d/ü.txt`)).toEqual(Uint8Array.of(0xef, 0xbb, 0xbf, 0xff))
  })

  it('pins what it has', async () => {
    const { cid } = await kubo.add('pinned')
    expect((await kubo.pin.add(cid)).toString()).toBe(cid.toString())
    await expect(kubo.pin.add(CID.parse(nowhere))).rejects.toThrow('not found locally')
  })

  it('tells its version', async () => {
    expect(await kubo.version()).toMatchObject({ system: 'uport-devnet' })
  })

  it('says that it does not have a file, in the form of Kubo', async () => {
    const response = await post(`cat?arg=${nowhere}`)
    expect(response.status).toBe(500)
    expect(await response.json()).toMatchObject({
      Type: 'error',
      Code: 0,
      Message: expect.stringContaining(nowhere),
    })
    await expect(kubo.block.get(CID.parse(nowhere))).rejects.toThrow('not found locally')
  })

  it.each([
    ['add?chunker=size-1024', 'chunker'],
    ['add?hash=blake3', 'hash'],
    ['add?only-hash=true', 'only-hash'],
    ['add?cid-version=2', 'cid-version'],
    ['add?raw-leaves=true', 'raw leaves'],
    ['add', 'file argument'],
    ['cat', 'not a CID'],
    ['cat?arg=hello', 'not a CID'],
    [`cat?arg=${specifiedCid}&length=-1`, 'length'],
    ['block/get?arg=/ipfs/hello', 'not a CID'],
  ])('refuses %s', async (path, message) => {
    await kubo.add(specifiedDocument)
    const response = await post(path, path.startsWith('add') ? new FormData() : undefined)
    expect(response.status).toBe(400)
    expect(((await response.json()) as { Message: string }).Message).toContain(message)
  })

  it('refuses a body that is no upload, and a name that is not encoded', async () => {
    expect((await post('add', 'hello')).status).toBe(400)
    const body = new FormData()
    body.append('file', new Blob(['x']), '%zz')
    expect((await post('add', body)).status).toBe(400)
  })

  it('refuses an upload over its limit', async () => {
    const body = new Uint8Array(64 * 1024 * 1024 + 1)
    const response = await post('add', body).catch((error: Error) => error)
    // The server may answer and hang up while the client still sends.
    if (response instanceof Response) expect(response.status).toBe(400)
    else expect(response.message).toBe('fetch failed')
  })

  it('is POST only, and for this machine', async () => {
    expect((await fetch(`${server.url}/api/v0/version`)).status).toBe(405)
    expect((await post('files/ls')).status).toBe(404)
    const headers = { origin: 'https://page.example' }
    expect((await fetch(`${server.url}/api/v0/version`, { method: 'POST', headers })).status).toBe(403)
    const ours = await fetch(`${server.url}/api/v0/version`, {
      method: 'POST',
      headers: { origin: 'http://localhost:1' },
    })
    expect(ours.headers.get('access-control-allow-origin')).toBe('http://localhost:1')
  })
})
