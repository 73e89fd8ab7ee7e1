declare const VALUE: unique symbol

/** Names one part of an application, and carries its type. */
export interface Token<out T> {
  /** The service identifier inside an inversify container. */
  readonly id: symbol
  readonly name: string
  readonly many: false
  /** The type only; never there at run time. */
  readonly [VALUE]?: T
}

/** Names a list that any number of modules add to. */
export interface ManyToken<out T> {
  readonly id: symbol
  readonly name: string
  readonly many: true
  readonly [VALUE]?: T
}

/** A need that may stay unmet: undefined then. */
export interface OptionalToken<out T> {
  readonly optional: Token<T>
}

/** One thing that a binding is made from. */
export type Need<T = unknown> = Token<T> | ManyToken<T> | OptionalToken<T>

/** The things that a binding is made from, by the names under which it receives them. */
export interface Needs {
  readonly [name: string]: Need
}

/** What the factory of a binding receives for its needs. */
export type Resolved<N extends Needs> = {
  readonly [Name in keyof N]: N[Name] extends ManyToken<infer T>
    ? readonly T[]
    : N[Name] extends Token<infer T>
      ? T
      : N[Name] extends OptionalToken<infer T>
        ? T | undefined
        : never
}

/**
 * A token for a part of your own.
 *
 * @param name unique among all modules: `my-package/Part`. Tokens of one name are one token, so that two copies of a
 * package in one process understand each other.
 */
export function token<T>(name: string): Token<T> {
  return Object.freeze({ id: Symbol.for(`@uport-kit/${name}`), name, many: false as const })
}

/** A token for a list of your own. @param name as for `token` */
export function manyToken<T>(name: string): ManyToken<T> {
  return Object.freeze({ id: Symbol.for(`@uport-kit/${name}`), name, many: true as const })
}

/** A need that may stay unmet. */
export function optional<T>(wanted: Token<T>): OptionalToken<T> {
  return Object.freeze({ optional: wanted })
}

/** The token inside a need. */
export function tokenOf(need: Need): Token<unknown> | ManyToken<unknown> {
  return 'optional' in need ? need.optional : need
}
