import { readFileSync } from 'node:fs'
import { cidFromDigest, decodeHex } from '@uport-kit/core'
import type { Interface } from 'ethers'
import { describe, expect, it } from 'vitest'
import { EVENTS, MANAGERS, PROXY, REGISTRY, TX_RELAY } from './contracts.ts'
import { encodeAct } from './manager-call.ts'
import { registrationCall } from './register-document.ts'

interface Entry {
  readonly canonical: string
  readonly selector?: string
  readonly topic0?: string
}

const { contracts, forwarding } = JSON.parse(
  readFileSync(new URL('../../../test/vectors/abi.json', import.meta.url), 'utf8'),
) as {
  contracts: Record<string, { functions: Entry[]; events: Entry[] }>
  forwarding: {
    identity: string
    inner: { to: string; data: string }
    proxyForward: string
    identityManagerForwardTo: string
  }[]
}

const ours: readonly (readonly [string, Interface])[] = [
  ['IdentityManager', MANAGERS.identity],
  ['MetaIdentityManager', MANAGERS.meta],
  ['Proxy', PROXY],
  ['TxRelay', TX_RELAY],
  ['UportRegistry', REGISTRY],
]

describe('the ABI of the original contracts', () => {
  it.each(ours)('%s has the functions that are called here', (name, abi) => {
    const selectors = new Map(
      contracts[name]?.functions.map(({ canonical, selector }) => [canonical, selector]),
    )
    expect(selectors.size).toBeGreaterThan(2)
    let compared = 0
    abi.forEachFunction((fragment) => {
      expect([fragment.format(), fragment.selector]).toEqual([
        fragment.format(),
        selectors.get(fragment.format()),
      ])
      compared++
    })
    expect(compared).toBeGreaterThan(1)
  })

  it.each(['IdentityManager', 'MetaIdentityManager'])('every function of %s can be called', (name) => {
    const abi = name === 'IdentityManager' ? MANAGERS.identity : MANAGERS.meta
    const published = contracts[name]?.functions.map(({ canonical }) => canonical) ?? []
    expect(published.filter((canonical) => abi.getFunction(canonical) === null)).toEqual([])
  })

  it('has the events that owners are read from', () => {
    const topics = new Map(contracts['IdentityManager']?.events.map((one) => [one.canonical, one.topic0]))
    let compared = 0
    EVENTS.forEachEvent((fragment) => {
      if (!fragment.name.startsWith('Log')) return
      expect(fragment.topicHash).toBe(topics.get(fragment.format()))
      compared++
    })
    expect(compared).toBe(4)
  })

  it('forwards byte for byte', () => {
    expect(forwarding.length).toBeGreaterThan(0)
    for (const { identity, inner, proxyForward, identityManagerForwardTo } of forwarding) {
      const cid = cidFromDigest(decodeHex(inner.data.slice(-64))!)
      expect(registrationCall(inner.to, identity, cid)).toEqual(inner)
      expect(PROXY.encodeFunctionData('forward', [inner.to, 0n, inner.data])).toBe(proxyForward)
      const manager = { kind: 'identity', address: inner.to } as const
      const args = [identity, inner.to, 0n, inner.data]
      expect(encodeAct(manager, identity, 'forwardTo', args)).toBe(identityManagerForwardTo)
    }
  })
})
