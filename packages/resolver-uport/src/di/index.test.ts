import type { ContentSource } from '@uport-kit/core'
import { assemble, override, TOKENS } from '@uport-kit/core/di'
import { describe, expect, it } from 'vitest'
import { IpfsGateways, UportResolver } from '../index.ts'
import { uportResolverModule } from './index.ts'

const networks = { '0x1': { rpcUrls: ['http://127.0.0.1:1'], registry: `0x${'ab'.repeat(20)}` } }
const nothing: ContentSource = { get: async () => new Uint8Array(0) }

describe('uportResolverModule', () => {
  it('adds the method and its gateways', async () => {
    await using app = assemble(uportResolverModule({ networks, gateways: ['http://127.0.0.1:1'] }))
    const [resolver] = app.getAll(TOKENS.MethodResolver)
    expect(resolver).toBeInstanceOf(UportResolver)
    expect(resolver?.methods).toEqual(['uport'])
    expect(app.get(TOKENS.ContentSource)).toBeInstanceOf(IpfsGateways)
  })

  it('takes a source of content instead, its own or an override', async () => {
    await using own = assemble(uportResolverModule({ networks, content: nothing }))
    expect(own.get(TOKENS.ContentSource)).toBe(nothing)
    await using replaced = assemble(
      uportResolverModule({ networks, gateways: ['http://127.0.0.1:1'] }),
      override(TOKENS.ContentSource, nothing),
    )
    expect(replaced.get(TOKENS.ContentSource)).toBe(nothing)
    expect(replaced.getAll(TOKENS.MethodResolver)).toHaveLength(1)
  })

  it('throws a TypeError on options that make no resolver', () => {
    const app = assemble(uportResolverModule({ networks: {}, content: nothing }))
    expect(() => app.getAll(TOKENS.MethodResolver)).toThrow(TypeError)
  })
})
