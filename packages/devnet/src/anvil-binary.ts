import { createRequire } from 'node:module'

/** The package that carries anvil's program, by `process.platform` and `process.arch`. */
const platformPackages: ReadonlyMap<string, string> = new Map([
  ['linux-x64', '@foundry-rs/anvil-linux-amd64'],
  ['linux-arm64', '@foundry-rs/anvil-linux-arm64'],
  ['darwin-x64', '@foundry-rs/anvil-darwin-amd64'],
  ['darwin-arm64', '@foundry-rs/anvil-darwin-arm64'],
  ['win32-x64', '@foundry-rs/anvil-win32-amd64'],
])

/**
 * The path of anvil's program. It is started itself, not through the script in front of it: that saves a Node process,
 * and needs no install script.
 *
 * @throws Error where npm has no program for this platform, or did not install it.
 */
export function findAnvilBinary(platform: string = process.platform, arch: string = process.arch): string {
  const name = platformPackages.get(`${platform}-${arch}`)
  if (name === undefined) {
    const known = [...platformPackages.keys()].join(', ')
    throw new Error(`anvil has no program for ${platform}-${arch}: run the devnet on one of ${known}`)
  }
  // The platform package is a dependency of anvil's package, so it is looked for from there.
  const fromAnvil = createRequire(createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json'))
  try {
    return fromAnvil.resolve(`${name}/bin/anvil${platform === 'win32' ? '.exe' : ''}`)
  } catch (cause) {
    throw new Error(`anvil's program is not installed: install again without --omit=optional (${name})`, {
      cause,
    })
  }
}
