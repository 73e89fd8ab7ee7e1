import type { ContentSource } from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import { UportResolver, type UportResolverOptions } from './index.ts'

const registry = `0x${'ab'.repeat(20)}`
const rpcUrls = ['http://127.0.0.1:1', 'http://127.0.0.1:2']
const content: ContentSource = { get: async () => new Uint8Array(0) }
const network = { rpcUrls, registry }

const open = (options: object) =>
  new UportResolver({ networks: { '0x1': network }, content, ...options } as UportResolverOptions)

describe('the options of UportResolver', () => {
  it('are taken', () => {
    expect(open({}).methods).toEqual(['uport'])
    expect(
      open({ networks: { '0x1': network, '0x16B2': { ...network, quorum: 1, chainId: 5n } } }),
    ).toBeDefined()
    expect(
      open({
        networks: { '0x1': { ...network, registry: registry.toUpperCase().replace('0X', '0x'), chainId: 5 } },
      }),
    ).toBeDefined()
    expect(open({ content: undefined, gateways: ['https://gateway.example'] })).toBeDefined()
  })

  it.each<[string, object]>([
    ['no network', { networks: {} }],
    ['a network without 0x', { networks: { '1': network } }],
    ['a network twice', { networks: { '0x1': network, '0x01': network } }],
    ['no endpoint', { networks: { '0x1': { ...network, rpcUrls: [] } } }],
    ['an endpoint that is no URL', { networks: { '0x1': { ...network, rpcUrls: ['127.0.0.1:8545'] } } }],
    ['an endpoint over WebSocket', { networks: { '0x1': { ...network, rpcUrls: ['ws://127.0.0.1'] } } }],
    [
      'an endpoint twice',
      { networks: { '0x1': { ...network, rpcUrls: ['http://127.0.0.1:1', 'HTTP://127.0.0.1:1/'] } } },
    ],
    ['a short registry', { networks: { '0x1': { ...network, registry: '0xab' } } }],
    ['a registry without 0x', { networks: { '0x1': { ...network, registry: registry.slice(2) } } }],
    ['no quorum', { networks: { '0x1': { ...network, quorum: 0 } } }],
    ['a quorum of more than all', { networks: { '0x1': { ...network, quorum: 3 } } }],
    ['half a quorum', { networks: { '0x1': { ...network, quorum: 1.5 } } }],
    ['a chain id that is none', { networks: { '0x1': { ...network, chainId: -1 } } }],
    ['gateways and content', { gateways: ['https://gateway.example'] }],
    ['neither', { content: undefined }],
    ['no gateway', { content: undefined, gateways: [] }],
    ['no time', { timeoutMs: 0 }],
    ['endless time', { timeoutMs: Number.POSITIVE_INFINITY }],
    ['no document', { maxDocumentBytes: 0 }],
  ])('are refused with %s', (_what, options) => expect(() => open(options)).toThrow(TypeError))

  it('are refused without telling a secret', () => {
    const secret = { networks: { '0x1': { ...network, rpcUrls: ['htps://me:hunter2@rpc.example'] } } }
    expect(() => open(secret)).toThrow(/^(?!.*hunter2)/)
  })
})
