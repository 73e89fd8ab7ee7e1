import { Container } from 'inversify'
import { describe, expect, it } from 'vitest'
import { isUportError } from '../errors/uport-error.ts'
import { add, defineModule, manyToken, provide, toContainerModule, token } from './index.ts'

class Part {
  readonly name: string
  readonly log: string[]
  constructor(name: string, log: string[]) {
    this.name = name
    this.log = log
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.resolve()
    this.log.push(this.name)
  }
}

const STORE = token<Part>('test/Store')
const CLIENT = token<Part>('test/Client')
const NAME = manyToken<string>('test/Name')

const modules = (log: string[]) => [
  defineModule('store', (m) => m.bind(STORE, {}, () => new Part('store', log))),
  defineModule('client', (m) =>
    m.bind(CLIENT, { store: STORE, names: NAME }, ({ names }) => new Part(`client ${names.join()}`, log)),
  ),
]

describe('toContainerModule', () => {
  it('binds singletons under the ids of their tokens', () => {
    const host = new Container()
    host.load(toContainerModule(...modules([]), add(NAME, 'a', 'b')))
    expect(host.get<Part>(CLIENT.id).name).toBe('client a,b')
    expect(host.get(CLIENT.id)).toBe(host.get(CLIENT.id))
  })

  it('lets the host meet what the modules need', () => {
    const host = new Container()
    const mine = new Part('of the host', [])
    host.bind(STORE.id).toConstantValue(mine)
    const alias = defineModule('client', (m) => m.bind(CLIENT, { store: STORE }, ({ store }) => store))
    host.load(toContainerModule(alias))
    expect(host.get(CLIENT.id)).toBe(mine)
  })

  it('disposes dependants first when the host lets go, and given values never', async () => {
    const log: string[] = []
    const host = new Container()
    const given = token<Part>('test/Given')
    host.load(toContainerModule(...modules(log), add(NAME, 'a'), provide(given, new Part('given', log))))
    host.get(CLIENT.id)
    host.get(given.id)
    await host.unbindAllAsync()
    expect(log).toEqual(['client a', 'store'])
  })

  it('serves two containers apart', () => {
    const loaded = toContainerModule(...modules([]))
    const [one, two] = [new Container(), new Container()]
    one.load(loaded)
    two.load(loaded)
    expect(one.get(STORE.id)).not.toBe(two.get(STORE.id))
  })

  it('refuses what assemble refuses', () => {
    const [store] = modules([])
    if (store === undefined) throw new Error('no module')
    let caught: unknown
    try {
      toContainerModule(store, store)
    } catch (error) {
      caught = error
    }
    expect(isUportError(caught, 'ASSEMBLY_DUPLICATE')).toBe(true)
  })
})
