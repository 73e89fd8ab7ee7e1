import type { Binding } from './module.ts'

/**
 * Remembers what an assembly constructed, and disposes it: dependants first, each value once however many tokens it
 * is bound to, and never a value that was given.
 */
export class OwnedValues {
  readonly #made = new Set<unknown>()
  readonly #given = new Set<unknown>()

  /** Call in the order of construction. */
  note(value: unknown, binding: Binding): void {
    if (!binding.owned) this.#given.add(value)
    else this.#made.add(value)
  }

  /** @throws AggregateError of everything that failed, after everything was tried */
  async disposeAll(): Promise<void> {
    const errors: unknown[] = []
    for (const value of [...this.#made].reverse()) {
      try {
        await this.dispose(value)
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} part(s) failed to close`)
  }

  /** Disposes one value; nothing when it was given, is not ours or is gone already. */
  async dispose(value: unknown): Promise<void> {
    const ours = this.#made.delete(value) && !this.#given.has(value)
    if (!ours || typeof value !== 'object' || value === null) return
    if (hasMethod(value, Symbol.asyncDispose)) await value[Symbol.asyncDispose]()
    else if (hasMethod(value, Symbol.dispose)) value[Symbol.dispose]()
  }
}

function hasMethod<Name extends symbol>(value: object, name: Name): value is Record<Name, () => unknown> {
  return typeof Reflect.get(value, name) === 'function'
}
