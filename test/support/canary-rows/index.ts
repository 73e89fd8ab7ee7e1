import type { CanaryRow } from '../canary-row.ts'
import { exchangeRows } from './exchange.ts'
import { fileRows } from './files.ts'
import { hostRows } from './hosts.ts'
import { coreKeyRows, fileStoreRows, kmsManagerRows, kmsRows } from './keys.ts'
import { channelRows, fetchRows, qrRows, relayRows, resolverRows } from './network.ts'
import { newerRows } from './newer.ts'
import { operationsRows } from './operations.ts'
import { pushRows } from './push.ts'
import { terminalRows } from './terminal.ts'

/** Every way to fail that is searched for secrets. A new package adds its rows here. */
export const canaryRows: readonly CanaryRow[] = [
  ...exchangeRows,
  ...coreKeyRows,
  ...fileStoreRows,
  ...kmsRows,
  ...kmsManagerRows,
  ...channelRows,
  ...relayRows,
  ...fetchRows,
  ...resolverRows,
  ...fileRows,
  ...qrRows,
  ...hostRows,
  ...newerRows,
  ...operationsRows,
  ...pushRows,
  ...terminalRows,
]
