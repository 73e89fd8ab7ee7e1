import { ContainerModule } from 'inversify'
import { bindInContainer } from './bind-plan.ts'
import type { KitModule } from './module.ts'
import { OwnedValues } from './owned-values.ts'
import { planAssembly } from './plan.ts'

/**
 * The modules as one inversify module, for an application that has a container of its own. Tokens are bound under
 * their `id`; the host may meet needs that these modules leave open. Unloading the module, or `unbindAllAsync`,
 * disposes what it constructed, dependants first.
 *
 * @throws UportError `ASSEMBLY_DUPLICATE`, `ASSEMBLY_CONFLICT`, `ASSEMBLY_CYCLE`
 */
export function toContainerModule(...modules: readonly KitModule[]): ContainerModule {
  const plan = planAssembly(modules, 'allow')
  return new ContainerModule(({ bind }) => {
    const owned = new OwnedValues()
    for (const binding of plan.bindings) {
      bindInContainer(
        bind,
        binding,
        (value, made) => owned.note(value, made),
        (value) => owned.dispose(value),
      )
    }
  })
}
