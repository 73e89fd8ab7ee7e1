// fast-check with ten times the runs of every property. `npm run test:full` puts it in the place of fast-check.

import * as original from '../../node_modules/fast-check/lib/fast-check.js'

const factor = 10
const defaultRuns = 100

export * from '../../node_modules/fast-check/lib/fast-check.js'

function lengthen<Values>(parameters: original.Parameters<Values> = {}): original.Parameters<Values> {
  return { ...parameters, numRuns: (parameters.numRuns ?? defaultRuns) * factor }
}

export function assert<Values>(
  property: original.IRawProperty<Values>,
  parameters?: original.Parameters<Values>,
): Promise<void> | void {
  return original.assert(property, lengthen(parameters))
}

export default { ...original, assert }
