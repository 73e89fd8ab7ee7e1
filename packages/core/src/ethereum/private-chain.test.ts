import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Devnet, startDevnet } from '@uport-kit/devnet'
import { createSafeFetch, type NodeSafeFetch } from '@uport-kit/fetch-node'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rejection } from '../../test-support/exchange-world.ts'
import { isUportError } from '../errors/uport-error.ts'
import { encodeMnid } from '../identity/mnid.ts'
import { addressOf } from '../keys/address.ts'
import { MemoryKeyStore } from '../keys/memory-key-store.ts'
import type { Did, Json, JsonObject } from '../ports/index.ts'
import { parseChainProvisioning } from './chain-provisioning.ts'
import { httpRpc, RpcAnswerError } from './json-rpc.ts'
import { parsePrivateChain, privateChainAccount, probePrivateChain } from './private-chain.ts'

const APP: Did = 'did:ethr:0x00521965e7bd230323c423d96c657db5b79d099f'
const OTHER: Did = 'did:ethr:0x70a804cce17149deb6030039798701a38667ca3b'
const REQUEST = { type: 'shareReq', act: 'keypair', net: '0x7a69', rpc: 'https://chain.example/rpc' }

let devnet: Devnet
let safeFetch: NodeSafeFetch

/** A node that answers what it is told to. */
const answers = new Map<string, unknown>()
const liar = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { id, method } = JSON.parse(Buffer.concat(chunks).toString()) as { id: number; method: string }
    const answer = answers.get(method)
    if (method === 'raw') response.writeHead(Number(answers.get('status') ?? 200)).end(answers.get('raw'))
    else if (answer instanceof Error)
      response.end(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: answer.message } }))
    else response.end(JSON.stringify({ jsonrpc: '2.0', id, result: answer }))
  })
})
let liarUrl = ''

beforeAll(async () => {
  devnet = await startDevnet()
  await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve))
  liarUrl = `http://127.0.0.1:${(liar.address() as AddressInfo).port}`
  safeFetch = createSafeFetch({ allowOrigins: [devnet.rpcUrl, liarUrl] })
})
afterAll(async () => {
  await safeFetch.close()
  liar.closeAllConnections()
  liar.close()
  await devnet.stop()
})

async function code(promise: Promise<unknown>): Promise<string> {
  const error = await rejection(promise)
  return isUportError(error) ? error.code : String(error)
}

function chainOf(rpc: string, net = '0x7a69') {
  const parsed = parsePrivateChain({ ...REQUEST, rpc, net })
  if (parsed === undefined) throw new Error('no private chain')
  return parsed
}

function refused(parse: (payload: JsonObject) => unknown, payload: JsonObject): string | undefined {
  try {
    parse(payload)
    return undefined
  } catch (error) {
    if (!isUportError(error, 'REQUEST_INVALID')) throw error
    return error.data.member
  }
}

describe('a private chain in a request', () => {
  it('is an endpoint, its network and a key pair account', () => {
    expect(parsePrivateChain(REQUEST)).toMatchObject({ network: 31337n, host: 'chain.example' })
    expect(parsePrivateChain({ type: 'shareReq', net: '0x4' })).toBeUndefined()
  })

  it.each<[string, JsonObject]>([
    ['rpc', { rpc: 'chain.example' }],
    ['rpc', { rpc: 'ws://chain.example' }],
    ['rpc', { rpc: 'https://user:pass@chain.example' }],
    ['rpc', { rpc: 5 }],
    ['net', { net: null }],
    ['net', { net: '31337' }],
    ['net', { net: '0x0' }],
    ['act', { act: 'segregated' }],
    ['act', { act: 'devicekey' }],
    ['act', { act: null }],
  ])('is refused for its %s: %j', (member, changes) => {
    expect(refused(parsePrivateChain, { ...REQUEST, ...changes })).toBe(member)
  })
})

describe('the endpoint of a private chain', () => {
  it('is used by the account of its requester, and by nobody else', async () => {
    const chain = await probePrivateChain(APP, chainOf(devnet.rpcUrl), { safeFetch })
    expect(chain).toMatchObject({ requester: APP, network: 31337n, host: new URL(devnet.rpcUrl).host })
    const keys = new MemoryKeyStore()
    const { keyId, publicKey } = await keys.create()
    await devnet.fund(addressOf(publicKey))
    const account = await privateChainAccount(chain, { requester: APP, keys, keyId })
    const { hash } = await account.send({ to: `0x${'11'.repeat(20)}`, value: 5n })
    const request = { method: 'eth_getTransactionByHash', params: [hash] }
    expect(await httpRpc(devnet.rpcUrl).request(request)).toMatchObject({
      from: account.address,
      value: '0x5',
    })
    const stolen = privateChainAccount(chain, { requester: OTHER, keys, keyId })
    expect(await code(stolen)).toBe('PRIVATE_CHAIN_OTHER_REQUESTER')
  })

  it('never stands for a network that is known', async () => {
    for (const net of ['0x1', '0x4', '0xaa36a7']) {
      const probed = probePrivateChain(APP, chainOf(devnet.rpcUrl, net), { safeFetch })
      expect(await code(probed)).toBe('PRIVATE_CHAIN_NETWORK_KNOWN')
    }
    const parts = { safeFetch, knownNetworks: [31337n] }
    expect(await code(probePrivateChain(APP, chainOf(devnet.rpcUrl), parts))).toBe(
      'PRIVATE_CHAIN_NETWORK_KNOWN',
    )
  })

  it.each<[string, unknown, unknown, string]>([
    ['another chain id', '31337', '0x1', 'PRIVATE_CHAIN_MISMATCH'],
    ['another network version', '1', '0x7a69', 'PRIVATE_CHAIN_MISMATCH'],
    ['a version in hex', '0x7a69', '0x7a69', 'PRIVATE_CHAIN_MISMATCH'],
    ['a version that is no text', 31337, '0x7a69', 'RPC_FAILED'],
    ['a chain id that is an object', '31337', {}, 'RPC_FAILED'],
    ['an error', new Error('method not found'), '0x7a69', 'RPC_FAILED'],
  ])('is refused with %s', async (_what, version, chainId, expected) => {
    answers.set('net_version', version).set('eth_chainId', chainId)
    expect(await code(probePrivateChain(APP, chainOf(liarUrl), { safeFetch }))).toBe(expected)
  })

  it('is reached only as SafeFetch allows', async () => {
    const guarded = createSafeFetch()
    try {
      const error = await rejection(probePrivateChain(APP, chainOf(devnet.rpcUrl), { safeFetch: guarded }))
      expect(isUportError(error, 'RPC_FAILED') && isUportError(error.cause, 'FETCH_BLOCKED')).toBe(true)
    } finally {
      await guarded.close()
    }
  })

  it('is not asked once the caller gave up', async () => {
    const signal = AbortSignal.abort(new Error('stopped'))
    await expect(probePrivateChain(APP, chainOf(liarUrl), { safeFetch }, { signal })).rejects.toThrow(
      'stopped',
    )
  })
})

describe('JSON-RPC over HTTP', () => {
  const ask = (options = {}) => httpRpc(liarUrl, options).request({ method: 'raw' })

  it.each<[number, string, string]>([
    [200, 'no JSON', 'not a JSON-RPC answer'],
    [200, '[]', 'not a JSON-RPC answer'],
    [200, '{"jsonrpc":"2.0","id":7,"result":1}', 'not a JSON-RPC answer'],
    [200, '{"jsonrpc":"2.0","id":1}', 'not a JSON-RPC answer'],
    [200, '{"jsonrpc":"2.0","id":1,"error":"x"}', 'not a JSON-RPC answer'],
    [200, '{"jsonrpc":"2.0","id":1,"error":{"code":"x","message":1}}', 'not a JSON-RPC answer'],
    [401, 'denied', 'status 401'],
    [503, '', 'status 503'],
    [302, '', 'network'],
  ])('tells a failure from an answer: %i %s', async (status, raw, reason) => {
    answers.set('status', status).set('raw', raw)
    const error = await rejection(ask())
    expect(isUportError(error, 'RPC_FAILED') && error.data).toEqual({ host: new URL(liarUrl).host, reason })
    expect(isUportError(error) && error.retryable).toBe(status >= 302 && status !== 401)
  })

  it('gives results and the node’s own errors', async () => {
    answers.set('status', 200).set('raw', '{"jsonrpc":"2.0","id":1,"result":null}')
    expect(await ask()).toBeNull()
    answers.set('raw', '{"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"reverted","data":"0x"}}')
    expect(await rejection(ask())).toEqual(new RpcAnswerError(3, 'reverted', '0x'))
  })

  it('is bounded in size, and tells nothing of credentials', async () => {
    answers.set('raw', 'x'.repeat(5000))
    const error = await rejection(ask({ maxBytes: 1000 }))
    expect(isUportError(error, 'RPC_FAILED') && error.data.reason).toBe('answer too large')
    const secret = liarUrl.replace('//', '//user:secret@')
    expect(JSON.stringify(await rejection(httpRpc(secret).request({ method: 'raw' })))).not.toContain(
      'secret',
    )
    expect(() => httpRpc('nowhere')).toThrow(TypeError)
  })
})

describe('a chainProv token', () => {
  const address = '0x00521965e7bd230323c423d96c657db5b79d099f'
  const mnid = encodeMnid({ network: 0x3039n, address })
  const token: JsonObject = {
    type: 'chainProv',
    iss: APP,
    aud: `did:uport:${mnid}`,
    sub: mnid,
    dad: address,
    ctl: address,
    acc: 'a.b.c',
  }

  it('is read whole', () => {
    const more = { reg: address, rel: 'https://relay.example/v2', fct: 'https://fuel.example/' }
    expect(parseChainProvisioning({ ...token, ...more })).toMatchObject({
      issuer: APP,
      audience: `did:uport:${mnid}`,
      subject: `did:uport:${mnid}`,
      deviceKey: address,
      controller: address,
      registry: address,
      accessToken: 'a.b.c',
    })
    expect(parseChainProvisioning(token).relay).toBeUndefined()
  })

  it.each<[string, Json]>([
    ['type', 'shareReq'],
    ['iss', 'nobody'],
    ['aud', null],
    ['sub', 'did:'],
    ['dad', null],
    ['dad', '0xdead'],
    ['ctl', null],
    ['reg', mnid],
    ['rel', 'http://relay.example'],
    ['rel', 'https://user:pass@relay.example'],
    ['fct', 'fuel'],
    ['acc', null],
    ['acc', 'a b'],
    ['acc', ''],
  ])('is refused for its %s: %j', (member, value) => {
    expect(refused(parseChainProvisioning, { ...token, [member]: value })).toBe(member)
  })

  it('and every private chain are read or refused, whatever they hold', () => {
    const names = ['iss', 'aud', 'sub', 'dad', 'ctl', 'reg', 'rel', 'fct', 'acc', 'rpc', 'net', 'act']
    const value = fc.oneof(fc.jsonValue(), fc.webUrl(), fc.constantFrom(address, mnid, APP, 'keypair', '0x1'))
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), value), (members) => {
        refused(parseChainProvisioning, { ...token, ...(members as JsonObject) })
        refused(parsePrivateChain, { ...REQUEST, ...(members as JsonObject) })
      }),
    )
  })
})
