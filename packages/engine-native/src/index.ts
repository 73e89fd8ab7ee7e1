export type * from './errors.ts'
export { bestEngine, createNativeEngine, type NativeEngineOptions } from './native-engine.ts'
