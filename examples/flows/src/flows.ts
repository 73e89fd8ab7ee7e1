import * as claimSignature from './claim-signature.ts'
import * as disclosure from './disclosure.ts'
import * as ownRoute from './own-route.ts'
import * as personalSign from './personal-sign.ts'
import type { Stage } from './stage.ts'
import * as transaction from './transaction.ts'
import * as typedData from './typed-data.ts'
import * as verifiedClaim from './verified-claim.ts'

/** The examples by the name of their file. */
export const flows: ReadonlyMap<string, (stage: Stage) => Promise<unknown>> = new Map<
  string,
  (stage: Stage) => Promise<unknown>
>([
  ['disclosure', disclosure.run],
  ['verified-claim', verifiedClaim.run],
  ['claim-signature', claimSignature.run],
  ['personal-sign', personalSign.run],
  ['typed-data', typedData.run],
  ['transaction', transaction.run],
  ['own-route', ownRoute.run],
])
