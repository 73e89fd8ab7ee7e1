import { bundlePackages } from './bundle.mjs'
import { runNode, tsc } from './run.mjs'

/**
 * Builds what changed: modules and types of every package, then what Node loads in their place. Output goes to standard
 * error.
 *
 * @returns {Promise<boolean>} whether it worked
 */
export async function build() {
  if ((await runNode([tsc, '-b'], { stdout: 'stderr' })) !== 0) return false
  await bundlePackages()
  return true
}
