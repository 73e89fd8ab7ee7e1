import type { Bind, ServiceIdentifier } from 'inversify'
import type { Binding } from './module.ts'
import { type Need, tokenOf } from './token.ts'

type Injection =
  | { readonly serviceIdentifier: ServiceIdentifier; readonly isMultiple: true; readonly optional: true }
  | { readonly serviceIdentifier: ServiceIdentifier; readonly optional: boolean }

/**
 * Binds one entry of a plan in an inversify container, as a singleton.
 *
 * @param made called once, with the value, when it has been made
 * @param disposed called with the value when the container drops it
 */
export function bindInContainer(
  bind: Bind,
  binding: Binding,
  made: (value: unknown, binding: Binding) => void,
  disposed?: ((value: unknown, binding: Binding) => Promise<void>) | undefined,
): void {
  const make = (...resolved: unknown[]): unknown => {
    const value = binding.make(resolved)
    if (isThenable(value)) {
      throw new TypeError(
        `${binding.token.name}: bindings are synchronous; open what needs opening before assembly`,
      )
    }
    made(value, binding)
    return value
  }
  const bound = bind<unknown>(binding.token.id)
    .toResolvedValue(make, Object.values(binding.needs).map(injectionOf))
    .inSingletonScope()
  if (disposed !== undefined) bound.onDeactivation((value) => disposed(value, binding))
}

function injectionOf(need: Need): Injection {
  const serviceIdentifier = tokenOf(need).id
  if (tokenOf(need).many) return { serviceIdentifier, isMultiple: true, optional: true }
  return { serviceIdentifier, optional: 'optional' in need }
}

/** inversify waits for anything with a `then`, which would make every `get` above it fail. */
function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
