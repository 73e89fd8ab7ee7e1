import { UportError } from '../errors/uport-error.ts'
import type { Binding, KitModule } from './module.ts'
import { type ManyToken, type Token, tokenOf } from './token.ts'
import { displayName, providersOf } from './tokens.ts'

type AnyToken = Token<unknown> | ManyToken<unknown>

/** The bindings of one token, and who made them. */
interface Slot {
  readonly token: AnyToken
  readonly modules: string[]
  bindings: Binding[]
}

/** The bindings that an assembly consists of, each token's after those of the tokens that need it. */
export interface Plan {
  readonly bindings: readonly Binding[]
  readonly bound: ReadonlySet<symbol>
}

/**
 * Lays the modules together. Where overrides stand makes no difference; lists keep the order of the modules.
 *
 * @param holes whether an unmet need is an error: not where a host container may meet it
 * @throws UportError `ASSEMBLY_DUPLICATE`, `ASSEMBLY_CONFLICT`, `ASSEMBLY_HOLE`, `ASSEMBLY_CYCLE`
 */
export function planAssembly(modules: readonly KitModule[], holes: 'refuse' | 'allow'): Plan {
  refuseDuplicates(modules)
  const slots = new Map<symbol, Slot>()
  for (const module of modules) if (module.kind !== 'override') bindAll(slots, module)
  overrideAll(
    slots,
    modules.filter((module) => module.kind === 'override'),
  )
  if (holes === 'refuse') refuseHoles(slots)
  const bindings = dependantsFirst(slots).flatMap((slot) => slot.bindings)
  return { bindings, bound: new Set(slots.keys()) }
}

/** The error for a token that `neededBy` needs and nobody bound. */
export function assemblyHole(token: AnyToken, neededBy: string): UportError<'ASSEMBLY_HOLE'> {
  const providedBy = providersOf(token)
  const remedy =
    providedBy.length > 0 ? `provided by ${providedBy.join(', ')}` : `give one with ${verbFor(token)}`
  return new UportError(
    'ASSEMBLY_HOLE',
    `${displayName(token)} is not bound; needed by ${neededBy}; ${remedy}`,
    { data: { token: token.name, neededBy, providedBy } },
  )
}

function verbFor(token: AnyToken): string {
  return token.many ? 'add' : 'provide'
}

function refuseDuplicates(modules: readonly KitModule[]): void {
  const names = new Set<string>()
  const values = new Set<KitModule>()
  for (const module of modules) {
    if (values.has(module) || (module.kind === 'module' && names.has(module.name))) {
      throw new UportError('ASSEMBLY_DUPLICATE', `module "${module.name}" is given twice; give it once`, {
        data: { module: module.name },
      })
    }
    values.add(module)
    if (module.kind === 'module') names.add(module.name)
  }
}

function bindAll(slots: Map<symbol, Slot>, module: KitModule): void {
  for (const binding of module.bindings) {
    const slot = slots.get(binding.token.id)
    if (slot === undefined) {
      slots.set(binding.token.id, { token: binding.token, modules: [module.name], bindings: [binding] })
      continue
    }
    if (!slot.token.many || !binding.token.many) {
      throw conflict(
        slot,
        module,
        slot.token.many === binding.token.many ? 'use override to replace it' : 'one of them is a list',
      )
    }
    slot.modules.push(module.name)
    slot.bindings.push(binding)
  }
}

function overrideAll(slots: ReadonlyMap<symbol, Slot>, overrides: readonly KitModule[]): void {
  const overridden = new Set<symbol>()
  for (const module of overrides) {
    for (const binding of module.bindings) {
      const slot = slots.get(binding.token.id)
      if (slot === undefined) {
        const name = displayName(binding.token)
        throw new UportError('ASSEMBLY_CONFLICT', `override of ${name}, which nobody bound; use provide`, {
          data: { token: binding.token.name, modules: [module.name] },
        })
      }
      if (overridden.has(binding.token.id)) throw conflict(slot, module, 'keep one override')
      overridden.add(binding.token.id)
      slot.modules.splice(0, slot.modules.length, module.name)
      slot.bindings = [binding]
    }
  }
}

function conflict(slot: Slot, module: KitModule, remedy: string): UportError<'ASSEMBLY_CONFLICT'> {
  const modules = [...slot.modules, module.name]
  const names = modules.map((name) => `"${name}"`).join(' and by ')
  return new UportError('ASSEMBLY_CONFLICT', `${displayName(slot.token)} is bound by ${names}; ${remedy}`, {
    data: { token: slot.token.name, modules },
  })
}

function refuseHoles(slots: ReadonlyMap<symbol, Slot>): void {
  for (const slot of slots.values()) {
    for (const need of slot.bindings.flatMap((binding) => Object.values(binding.needs))) {
      const wanted = tokenOf(need)
      const required = !('optional' in need) && !wanted.many
      if (required && !slots.has(wanted.id)) throw assemblyHole(wanted, slot.token.name)
    }
  }
}

/**
 * A list is made of all its members, so order and circles are a matter of tokens, not of single bindings. Dependants
 * come first because a container that unloads takes its bindings down in the order in which they were made.
 */
function dependantsFirst(slots: ReadonlyMap<symbol, Slot>): readonly Slot[] {
  const done = new Set<Slot>()
  const path: Slot[] = []
  const visit = (slot: Slot): void => {
    if (done.has(slot)) return
    const start = path.indexOf(slot)
    if (start >= 0) throw cycle([...path.slice(start), slot])
    path.push(slot)
    for (const need of slot.bindings.flatMap((binding) => Object.values(binding.needs))) {
      const needed = slots.get(tokenOf(need).id)
      if (needed !== undefined) visit(needed)
    }
    path.pop()
    done.add(slot)
  }
  for (const slot of slots.values()) visit(slot)
  return [...done].reverse()
}

function cycle(slots: readonly Slot[]): UportError<'ASSEMBLY_CYCLE'> {
  const tokens = slots.map((slot) => slot.token.name)
  return new UportError(
    'ASSEMBLY_CYCLE',
    `bindings need one another: ${tokens.join(' > ')}; break the circle`,
    {
      data: { tokens },
    },
  )
}
