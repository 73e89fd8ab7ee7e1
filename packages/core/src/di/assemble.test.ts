import { describe, expect, it } from 'vitest'
import { isUportError, type UportError, type UportErrorCode } from '../errors/uport-error.ts'
import {
  add,
  assemble,
  defineModule,
  manyToken,
  optional,
  override,
  provide,
  TOKENS,
  token,
} from './index.ts'

class Part {
  readonly name: string
  readonly log: string[]
  constructor(name: string, log: string[]) {
    this.name = name
    this.log = log
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.log.push(this.name)
  }
}

const STORE = token<Part>('test/Store')
const CLIENT = token<{ readonly store: Part; readonly names: readonly string[]; readonly clock: unknown }>(
  'test/Client',
)
const NAME = manyToken<string>('test/Name')
const CLOCK = token<{ now(): number }>('test/Clock')

const storeModule = (log: string[] = []) =>
  defineModule('store', (m) => m.bind(STORE, {}, () => new Part('store', log)))
const clientModule = (log: string[] = []) =>
  defineModule('client', (m) =>
    m.bind(CLIENT, { store: STORE, names: NAME, clock: optional(CLOCK) }, (parts) =>
      Object.assign(new Part('client', log), parts),
    ),
  )

function refusal<Code extends UportErrorCode>(code: Code, act: () => unknown): UportError<Code> {
  try {
    act()
  } catch (error) {
    if (isUportError(error, code)) return error
    throw error
  }
  throw new Error(`nothing was refused with ${code}`)
}

describe('assemble', () => {
  it('constructs a part once, with its needs', () => {
    const app = assemble(clientModule(), storeModule(), add(NAME, 'a'), add(NAME, 'b', 'c'))
    const client = app.get(CLIENT)
    expect(client.names).toEqual(['a', 'b', 'c'])
    expect(client.clock).toBeUndefined()
    expect(app.get(CLIENT)).toBe(client)
    expect(app.get(STORE)).toBe(client.store)
  })

  it('gives an empty list where nobody added, and an optional need where somebody provides', () => {
    const clock = { now: () => 1 }
    const app = assemble(clientModule(), storeModule(), provide(CLOCK, clock))
    expect(app.get(CLIENT)).toMatchObject({ names: [], clock })
    expect(app.getAll(NAME)).toEqual([])
    expect(assemble(add(NAME, 'a', 'b')).getAll(NAME)).toEqual(['a', 'b'])
  })

  it('constructs nothing before it is asked for', async () => {
    let made = 0
    const app = assemble(defineModule('x', (m) => m.bind(STORE, {}, () => new Part(`${++made}`, []))))
    expect(made).toBe(0)
    app.get(STORE)
    expect(made).toBe(1)
    await app.close()
  })

  it('lets the error of a constructor through as it is', () => {
    const cause = new TypeError('the part says why')
    const broken = defineModule('broken', (m) =>
      m.bind(STORE, {}, () => {
        throw cause
      }),
    )
    expect(() => assemble(broken, clientModule()).get(CLIENT)).toThrow(cause)
  })

  it('refuses a part that would have to be waited for', () => {
    const later = Promise.resolve(1)
    const app = assemble(provide(token<unknown>('test/Later'), later))
    expect(() => app.get(token<unknown>('test/Later'))).toThrow(/synchronous/)
  })

  it('refuses a module given twice, by name and by identity', () => {
    expect(refusal('ASSEMBLY_DUPLICATE', () => assemble(storeModule(), storeModule())).data.module).toBe(
      'store',
    )
    const names = add(NAME, 'a')
    refusal('ASSEMBLY_DUPLICATE', () => assemble(names, names))
  })

  it('takes one list from several adds', () => {
    expect(assemble(add(NAME, 'a'), add(NAME, 'a')).getAll(NAME)).toEqual(['a', 'a'])
  })

  it('refuses two bindings of one token, and says who they are', () => {
    const error = refusal('ASSEMBLY_CONFLICT', () =>
      assemble(storeModule(), provide(STORE, new Part('mine', []))),
    )
    expect(error.data).toEqual({ token: 'test/Store', modules: ['store', 'provide test/Store'] })
    expect(error.message).toContain('use override')
    refusal('ASSEMBLY_CONFLICT', () =>
      assemble(provide(STORE, new Part('a', [])), provide(STORE, new Part('b', []))),
    )
    const twice = defineModule('twice', (m) => {
      m.value(STORE, new Part('a', []))
      m.value(STORE, new Part('b', []))
    })
    refusal('ASSEMBLY_CONFLICT', () => assemble(twice))
  })

  it('refuses one name used for a part and for a list', () => {
    const error = refusal('ASSEMBLY_CONFLICT', () =>
      assemble(provide(token('test/Name'), 'a'), add(NAME, 'b')),
    )
    expect(error.message).toContain('list')
  })

  it('overrides wherever the override stands, and never constructs what was replaced', () => {
    const mine = new Part('mine', [])
    const replaced = defineModule('store', (m) =>
      m.bind(STORE, { gone: token<unknown>('test/Gone') }, () => {
        throw new Error('constructed all the same')
      }),
    )
    expect(assemble(replaced, override(STORE, mine)).get(STORE)).toBe(mine)
    expect(assemble(override(STORE, mine), replaced).get(STORE)).toBe(mine)
  })

  it('refuses an override of nothing, and two of one token', () => {
    const mine = new Part('mine', [])
    const nothing = refusal('ASSEMBLY_CONFLICT', () => assemble(override(STORE, mine)))
    expect(nothing.message).toContain('use provide')
    const two = refusal('ASSEMBLY_CONFLICT', () =>
      assemble(storeModule(), override(STORE, mine), override(STORE, new Part('other', []))),
    )
    expect(two.message).toContain('keep one override')
  })

  it('refuses a hole, and says who needs it and who provides it', () => {
    const needy = defineModule('needy', (m) =>
      m.bind(STORE, { keys: TOKENS.KeyStore }, () => new Part('x', [])),
    )
    const error = refusal('ASSEMBLY_HOLE', () => assemble(needy))
    expect(error.message).toBe(
      'TOKENS.KeyStore is not bound; needed by test/Store; provided by key-store-file, key-store-browser, memoryKeyStore',
    )
    expect(error.data.providedBy).toContain('key-store-file')
    expect(refusal('ASSEMBLY_HOLE', () => assemble(clientModule())).message).toContain(
      'give one with provide',
    )
    expect(refusal('ASSEMBLY_HOLE', () => assemble().get(STORE)).data.neededBy).toBe('app.get')
  })

  it('refuses a circle, also one through a list', () => {
    const ring = defineModule('ring', (m) => {
      m.bind(STORE, { names: NAME }, () => new Part('x', []))
      m.bind(NAME, { store: STORE }, ({ store }) => store.name)
    })
    const error = refusal('ASSEMBLY_CYCLE', () => assemble(ring))
    expect(error.data.tokens).toEqual(['test/Store', 'test/Name', 'test/Store'])
  })

  it('refuses wiring mistakes that types do not catch', () => {
    expect(() => defineModule('', () => undefined)).toThrow(TypeError)
    expect(() => defineModule('later', async () => undefined)).toThrow(/synchronously/)
    expect(() => Reflect.apply(provide, undefined, [NAME, 'a'])).toThrow(/use add/)
    expect(() => Reflect.apply(override, undefined, [NAME, 'a'])).toThrow(/use add/)
    expect(() => Reflect.apply(add, undefined, [STORE, 'a'])).toThrow(/use provide/)
  })

  it('takes a binder no longer than its module is being filled', () => {
    let late: (() => void) | undefined
    defineModule('late', (m) => {
      late = () => m.value(STORE, new Part('late', []))
    })
    expect(late).toThrow(TypeError)
  })
})

describe('close', () => {
  it('disposes dependants first', async () => {
    const log: string[] = []
    const app = assemble(storeModule(log), clientModule(log))
    app.get(CLIENT)
    await app.close()
    expect(log).toEqual(['client', 'store'])
  })

  it('disposes once, for repeated and concurrent calls', async () => {
    const log: string[] = []
    const app = assemble(storeModule(log))
    app.get(STORE)
    const first = app.close()
    expect(app.close()).toBe(first)
    await first
    await app[Symbol.asyncDispose]()
    expect(log).toEqual(['store'])
  })

  it('disposes a value once that is bound to several tokens', async () => {
    const log: string[] = []
    const one = token<Part>('test/One')
    const app = assemble(
      storeModule(log),
      defineModule('alias', (m) => m.bind(one, { store: STORE }, ({ store }) => store)),
    )
    expect(app.get(one)).toBe(app.get(STORE))
    await app.close()
    expect(log).toEqual(['store'])
  })

  it('leaves given values to their givers, also behind an alias', async () => {
    const log: string[] = []
    const one = token<Part>('test/One')
    const app = assemble(
      provide(STORE, new Part('given', log)),
      defineModule('alias', (m) => m.bind(one, { store: STORE }, ({ store }) => store)),
    )
    app.get(one)
    await app.close()
    expect(log).toEqual([])
  })

  it('knows Symbol.dispose, and parts without either', async () => {
    const log: string[] = []
    const app = assemble(
      defineModule('sync', (m) => {
        m.bind(token<Disposable>('test/Sync'), {}, () => ({ [Symbol.dispose]: () => void log.push('sync') }))
        m.bind(token<string>('test/Text'), {}, () => 'text')
        m.bind(token<object>('test/Plain'), {}, () => ({}))
      }),
    )
    for (const name of ['test/Sync', 'test/Text', 'test/Plain']) app.get(token(name))
    await app.close()
    expect(log).toEqual(['sync'])
  })

  it('closes the rest when one part fails, and tells', async () => {
    const log: string[] = []
    const failing = defineModule('failing', (m) =>
      m.bind(token<object>('test/Failing'), { store: STORE }, () => ({
        [Symbol.asyncDispose]: () => Promise.reject(new Error('stuck')),
      })),
    )
    const app = assemble(storeModule(log), failing)
    app.get(token('test/Failing'))
    const closing = app.close()
    await expect(closing).rejects.toThrow(AggregateError)
    await expect(closing).rejects.toMatchObject({ errors: [{ message: 'stuck' }] })
    expect(log).toEqual(['store'])
  })

  it('gives nothing afterwards', async () => {
    const app = assemble(storeModule(), add(NAME, 'a'))
    const closing = app.close()
    refusal('ASSEMBLY_CLOSED', () => app.get(STORE))
    refusal('ASSEMBLY_CLOSED', () => app.getAll(NAME))
    await closing
    refusal('ASSEMBLY_CLOSED', () => app.get(STORE))
  })
})
