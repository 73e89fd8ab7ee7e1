export { type App, assemble } from './assemble.ts'
export { toContainerModule } from './container-module.ts'
export { type CoreModuleOptions, coreModule } from './core-module.ts'
export {
  add,
  type Binder,
  type Binding,
  defineModule,
  type KitModule,
  type ModuleKind,
  override,
  provide,
} from './module.ts'
export { type ResponderModuleOptions, responderModule } from './responder-module.ts'
export {
  type ManyToken,
  manyToken,
  type Need,
  type Needs,
  type OptionalToken,
  optional,
  type Resolved,
  type Token,
  token,
} from './token.ts'
export { TOKENS } from './tokens.ts'
