import type { ManyToken, Needs, Resolved, Token } from './token.ts'

/** How a module came about; it decides what may be bound already. */
export type ModuleKind = 'module' | 'provide' | 'add' | 'override'

/** One entry of a module. */
export interface Binding {
  readonly token: Token<unknown> | ManyToken<unknown>
  readonly needs: Needs
  /** Whether the assembly constructs the value and so disposes it. */
  readonly owned: boolean
  /** Makes the value from what was resolved for `needs`, in the order of its members. */
  make(resolved: readonly unknown[]): unknown
}

/** A package's wiring: what it binds and what that needs. Plain data; nothing runs before `assemble`. */
export interface KitModule {
  readonly kind: ModuleKind
  readonly name: string
  readonly bindings: readonly Binding[]
}

/** What the author of a module binds with. */
export interface Binder {
  /** Binds a part that is constructed when it is first needed, once, and disposed by the assembly. */
  bind<T, const N extends Needs>(
    token: Token<T> | ManyToken<T>,
    needs: N,
    make: (resolved: Resolved<N>) => NoInfer<T>,
  ): void
  /** Binds a value that exists. Its owner disposes it, not the assembly. */
  value<T>(token: Token<T> | ManyToken<T>, value: NoInfer<T>): void
}

/**
 * Describes a package's wiring.
 *
 * ```ts
 * export const chatModule = (options: ChatOptions): KitModule =>
 *   defineModule('transport-chat', (m) =>
 *     m.bind(TOKENS.Transport, { publisher: optional(TOKENS.RequestPublisher) },
 *       ({ publisher }) => new ChatTransport({ ...options, publisher })))
 * ```
 *
 * @param name the package's; an assembly takes a module of one name once
 */
export function defineModule(name: string, fill: (binder: Binder) => void): KitModule {
  if (typeof name !== 'string' || name === '') throw new TypeError('defineModule: give the module a name')
  return record('module', name, fill)
}

/** Binds a value to a token that no module binds. For one that is bound: `override`. For a list: `add`. */
export function provide<T>(token: Token<T>, value: NoInfer<T>): KitModule {
  refuseMany('provide', token)
  return record('provide', `provide ${token.name}`, (m) => m.value(token, value))
}

/** Replaces what some other module binds, wherever that module stands in the list. For an unbound token: `provide`. */
export function override<T>(token: Token<T>, value: NoInfer<T>): KitModule {
  refuseMany('override', token)
  return record('override', `override ${token.name}`, (m) => m.value(token, value))
}

/** Adds values to a list, in this order. */
export function add<T>(token: ManyToken<T>, ...values: readonly NoInfer<T>[]): KitModule {
  if (!token.many) throw new TypeError(`add: ${token.name} takes one value; use provide or override`)
  return record('add', `add ${token.name}`, (m) => {
    for (const value of values) m.value(token, value)
  })
}

function refuseMany(verb: string, token: { readonly name: string; readonly many: boolean }): void {
  if (token.many) throw new TypeError(`${verb}: ${token.name} is a list; use add`)
}

function record(kind: ModuleKind, name: string, fill: (binder: Binder) => void): KitModule {
  const bindings: Binding[] = []
  const result: unknown = fill({
    bind: (token, needs, make) => {
      const names = Object.keys(needs)
      bindings.push({
        token,
        needs: { ...needs },
        owned: true,
        make: (resolved) => make(named(names, resolved)),
      })
    },
    value: (token, value) => {
      bindings.push({ token, needs: {}, owned: false, make: () => value })
    },
  })
  if (result instanceof Promise)
    throw new TypeError(`module "${name}": bind synchronously; open things before`)
  return Object.freeze({ kind, name, bindings: Object.freeze(bindings) })
}

/** The plan resolves needs in the order of their names, so the pairs have the types that `Resolved` says. */
function named<N extends Needs>(names: readonly string[], values: readonly unknown[]): Resolved<N> {
  return Object.fromEntries(names.map((name, index) => [name, values[index]])) as Resolved<N>
}
