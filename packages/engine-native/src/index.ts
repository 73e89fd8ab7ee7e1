export { EnginePool, type EnginePoolOptions } from './engine-pool.ts'
export type * from './errors.ts'
export { bestEngine, createNativeEngine, type NativeEngineOptions } from './native-engine.ts'
