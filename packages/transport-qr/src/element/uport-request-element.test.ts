import { describe, expect, it } from 'vitest'
import { defineUportRequest, UportRequestElement } from './index.ts'

describe('without a browser', () => {
  it('the module loads, for pages that a server renders', () => {
    const defined = new Map<string, CustomElementConstructor>()
    const registry = {
      get: (name: string) => defined.get(name),
      define: (name: string, made: CustomElementConstructor) => void defined.set(name, made),
    } as unknown as CustomElementRegistry
    defineUportRequest('my-request', registry)
    defineUportRequest('my-request', registry)
    expect([...defined]).toEqual([['my-request', UportRequestElement]])
  })
})
