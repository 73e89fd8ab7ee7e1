export { type DatabaseProblem, databaseProblem } from './database-problem.ts'
export type * from './errors.ts'
export { KeyedQueue } from './keyed-queue.ts'
export { type LimitsOptions, replaceLimits } from './limits.ts'
export { LOG_LEVELS, type Logger, type LogLevel, type LogLine, logEvents } from './logger.ts'
export { makeDirectory } from './make-directory.ts'
export {
  type MetricDefinition,
  type MetricLabels,
  type MetricReading,
  type MetricSink,
  Metrics,
} from './metrics.ts'
export {
  type AccessLog,
  observeRequests,
  REQUEST_METRICS,
  type RequestEvent,
  type RequestObserverOptions,
  type RequestVariables,
  type RequestWait,
  requestText,
} from './observe-requests.ts'
export { type AsyncMethodName, observedMethods, type StoreObserver } from './observed-store.ts'
export {
  type CallObserver,
  createTelemetry,
  inSpan,
  observeCall,
  type Telemetry,
  type TelemetryOptions,
} from './telemetry.ts'
