import { readdirSync, readFileSync } from 'node:fs'

const packages = new URL('../../packages/', import.meta.url)

/** Tests run on the sources: every public entry of a workspace package is an alias of its source file. */
export function sourceAliases(): { find: RegExp; replacement: string }[] {
  return readdirSync(packages).flatMap((name) => {
    const root = new URL(`${name}/`, packages)
    const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
    return Object.entries<{ default?: string }>(manifest.exports).flatMap(([entry, target]) => {
      if (target.default === undefined) return []
      const source = target.default.replace('./dist/', 'src/').replace(/\.js$/, '.ts')
      const specifier = entry === '.' ? manifest.name : manifest.name + entry.slice(1)
      return [{ find: new RegExp(`^${specifier}$`), replacement: new URL(source, root).pathname }]
    })
  })
}
