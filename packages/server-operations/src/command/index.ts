export { createJsonLogger, type JsonLoggerOptions } from './json-logger.ts'
export {
  type OperationsServer,
  type OperationsServerOptions,
  startOperationsServer,
} from './operations-server.ts'
export { createPrometheus, type Prometheus, prometheusName } from './prometheus.ts'
export { createTextLogger, type TextLoggerOptions } from './text-logger.ts'
