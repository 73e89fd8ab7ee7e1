import { Container } from 'inversify'
import { UportError } from '../errors/uport-error.ts'
import { bindInContainer } from './bind-plan.ts'
import type { KitModule } from './module.ts'
import { OwnedValues } from './owned-values.ts'
import { assemblyHole, planAssembly } from './plan.ts'
import type { ManyToken, Token } from './token.ts'

/** An assembled application. */
export interface App extends AsyncDisposable {
  /**
   * The part, constructed with all it needs when it is first asked for.
   *
   * @throws UportError `ASSEMBLY_HOLE`, `ASSEMBLY_CLOSED`, or what a constructor throws
   */
  get<T>(token: Token<T>): T
  /** The list, empty where nobody added to it. @throws UportError `ASSEMBLY_CLOSED` */
  getAll<T>(token: ManyToken<T>): readonly T[]
  /**
   * Disposes what the assembly constructed, dependants first; values that were given stay their givers'. Repeated
   * and concurrent calls share one closing.
   *
   * @throws AggregateError of what failed; everything else is closed nevertheless
   */
  close(): Promise<void>
}

/**
 * Wires an application from modules. Nothing is constructed yet: that happens in `get`.
 *
 * @throws UportError `ASSEMBLY_DUPLICATE`, `ASSEMBLY_CONFLICT`, `ASSEMBLY_HOLE`, `ASSEMBLY_CYCLE`
 */
export function assemble(...modules: readonly KitModule[]): App {
  const plan = planAssembly(modules, 'refuse')
  const container = new Container()
  const owned = new OwnedValues()
  for (const binding of plan.bindings) {
    bindInContainer(container.bind.bind(container), binding, (value, made) => owned.note(value, made))
  }
  let closing: Promise<void> | undefined
  const refuseClosed = (): void => {
    if (closing === undefined) return
    throw new UportError('ASSEMBLY_CLOSED', 'the application was closed; assemble a new one')
  }
  const close = (): Promise<void> => {
    closing ??= owned.disposeAll()
    return closing
  }
  return Object.freeze({
    get: <T>(token: Token<T>): T => {
      refuseClosed()
      if (!plan.bound.has(token.id)) throw assemblyHole(token, 'app.get')
      return container.get<T>(token.id)
    },
    getAll: <T>(token: ManyToken<T>): readonly T[] => {
      refuseClosed()
      return plan.bound.has(token.id) ? container.getAll<T>(token.id) : []
    },
    close,
    [Symbol.asyncDispose]: close,
  })
}
