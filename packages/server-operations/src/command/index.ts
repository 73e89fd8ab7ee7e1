export { type CommandIo, processIo } from './command-io.ts'
export {
  BOOLEAN_KEY,
  isObject,
  type KeyShape,
  NUMBER_KEY,
  NUMBERS_KEY,
  type OptionError,
  readConfigFile,
  TEXT_KEY,
  TEXTS_KEY,
} from './config-file.ts'
export { createJsonLogger, type JsonLoggerOptions } from './json-logger.ts'
export {
  type OperationsServer,
  type OperationsServerOptions,
  startOperationsServer,
} from './operations-server.ts'
export { createPrometheus, type Prometheus, prometheusName } from './prometheus.ts'
export { type CommandOptions, type OptionMistake, runCommand } from './run-command.ts'
export { createCommandLogger, type RunningServer, type RunServerOptions, runServer } from './run-server.ts'
export {
  parseFlags,
  parseLimits,
  parsePairs,
  SERVER_FLAGS,
  SERVER_HELP,
  SERVER_KEYS,
  type ServerConfig,
  serverConfig,
} from './server-config.ts'
export { createTextLogger, type TextLoggerOptions } from './text-logger.ts'
