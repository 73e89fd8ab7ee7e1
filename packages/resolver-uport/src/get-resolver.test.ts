import { type Did, encodeMnid } from '@uport-kit/core'
import { Resolver } from 'did-resolver'
import { afterEach, describe, expect, it } from 'vitest'
import { type LocalServer, type RpcCall, serveLocally } from '../test/local-server.ts'
import { getResolver, IpfsGateways } from './index.ts'

const servers: LocalServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]()
})

const did: Did = `did:uport:${encodeMnid({ network: 1n, address: `0x${'ab'.repeat(20)}` })}`
const registry = `0x${'cd'.repeat(20)}`
const stored = new TextEncoder().encode(
  '{"@context":"http://schema.org","@type":"Person","publicKey":"0x04e8989d1826cd6258906cfaa71126e2db675eaef47ddeb9310ee10db69b339ab960649e1934dc1e1eac1a193a94bd7dc5542befc5f7339845265ea839b9cbe56f","publicEncKey":"k8q5G4YoIMP7zvqMC9q84i7xUBins6dXGt8g5H007F0="}',
)

async function resolve(word: string) {
  const server = await serveLocally(async (request, response) => {
    const { id, method } = JSON.parse(Buffer.concat(await request.toArray()).toString()) as RpcCall
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: method === 'eth_chainId' ? '0x1' : word }))
  })
  const gateway = await serveLocally((_request, response) => response.end(stored))
  servers.push(server, gateway)
  const content = new IpfsGateways({ gateways: [gateway.url] })
  const networks = { '0x1': { rpcUrls: [server.url], registry } }
  return new Resolver(getResolver({ networks, content })).resolve(did)
}

describe('getResolver', () => {
  it('serves the did-resolver package', async () => {
    const result = await resolve('0x807a7cb8b670125774d70cf94d35e2355bb18bb51cf604f376c9996057f92fbf')
    expect(result.didResolutionMetadata.error).toBeUndefined()
    expect(result.didDocument?.id).toBe(did)
    expect(result.didDocument?.verificationMethod).toHaveLength(1)
    expect(result.didDocumentMetadata.versionId).toBe('QmWzBDtv8m21ph1aM57yVDWxdG7LdQd3rNf5xrRiiV2D2E')
  })

  it('tells an identity that is not there from one that could not be asked for', async () => {
    expect((await resolve(`0x${'0'.repeat(64)}`)).didResolutionMetadata.error).toBe('notFound')
    expect((await resolve('nonsense')).didResolutionMetadata.error).toBe('internalError')
  })
})
