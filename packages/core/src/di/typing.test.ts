import { describe, expect, expectTypeOf, it } from 'vitest'
import type { Clock, DidResolver, KeyStore, Transport } from '../ports/index.ts'
import { add, assemble, type Binder, defineModule, optional, override, provide, TOKENS } from './index.ts'

declare const keys: KeyStore
declare const resolver: DidResolver
declare const transport: Transport

/** Never called: the compiler is the test. */
export function mistakesThatMustNotCompile(m: Binder): void {
  // @ts-expect-error a value of another type
  m.value(TOKENS.KeyStore, resolver)
  // @ts-expect-error a value of a wider type
  m.value(TOKENS.KeyStore, {} as object)
  // @ts-expect-error the need gives a Clock or undefined, not a KeyStore
  m.bind(TOKENS.KeyStore, { clock: optional(TOKENS.Clock) }, ({ clock }) => clock)
  // @ts-expect-error a need that was not declared
  m.bind(TOKENS.KeyStore, {}, ({ keys: undeclared }) => undeclared)
  // @ts-expect-error a promise is no part
  m.bind(TOKENS.KeyStore, {}, async () => keys)
  // @ts-expect-error a list is added to, not provided
  provide(TOKENS.Transport, transport)
  // @ts-expect-error nor overridden
  override(TOKENS.Transport, transport)
  // @ts-expect-error one part is provided, not added
  add(TOKENS.KeyStore, keys)
  // @ts-expect-error a value of another type in a list
  add(TOKENS.Transport, transport, resolver)
  // @ts-expect-error a bare symbol is no token
  assemble().get(Symbol.for('@uport-kit/KeyStore'))
  // @ts-expect-error a list is asked for with getAll
  assemble().get(TOKENS.Transport)
  // @ts-expect-error one part is asked for with get
  assemble().getAll(TOKENS.KeyStore)
}

describe('the types of an assembly', () => {
  it('follow the tokens', () => {
    const app = assemble()
    expectTypeOf(app.get<KeyStore>)
      .parameter(0)
      .toEqualTypeOf(TOKENS.KeyStore)
    const module = defineModule('typed', (m) =>
      m.bind(
        TOKENS.DidResolver,
        { keys: TOKENS.KeyStore, clock: optional(TOKENS.Clock), transports: TOKENS.Transport },
        (got) => {
          expectTypeOf(got.keys).toEqualTypeOf<KeyStore>()
          expectTypeOf(got.clock).toEqualTypeOf<Clock | undefined>()
          expectTypeOf(got.transports).toEqualTypeOf<readonly Transport[]>()
          return resolver
        },
      ),
    )
    expect(module.bindings.map((binding) => binding.token.name)).toEqual(['DidResolver'])
  })

  it('belong to tokens that nobody can change', () => {
    expect(Object.isFrozen(TOKENS)).toBe(true)
    expect(Object.values(TOKENS).every(Object.isFrozen)).toBe(true)
    expect(new Set(Object.values(TOKENS).map((token) => token.id)).size).toBe(Object.keys(TOKENS).length)
  })
})
