export type * from './ports/index.ts'
// `export *`, not a list: declaration merging by other packages reaches the interface only through it.
export * from './errors/error-data.ts'
export { UportError, type UportErrorCode, type UportErrorInit, isUportError } from './errors/uport-error.ts'
