import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Alias, build } from 'vite'
import { type PageFile, type PageFiles, typeOf } from '../servers/page-files.ts'

export interface BuildOptions {
  /** Where imports lead instead: tests bundle the sources of the workspace's packages. */
  readonly alias?: readonly Alias[] | undefined
  /** Where the site lies on its server. Default `/`. */
  readonly base?: string | undefined
}

/** The folder above `src` and `dist`, both of which hold this file two levels down. */
const example = new URL('../../', import.meta.url)

/**
 * Bundles a site: `index.html`, and `service-worker.ts` beside it as `/service-worker.js`. Files of its folder `public` are
 * served as they are. Nothing is written to the disk.
 *
 * @param site a folder of the example, such as `pages/app`
 * @returns undefined where there is no such site
 */
export async function buildPages(site: string, options: BuildOptions = {}): Promise<PageFiles | undefined> {
  const root = fileURLToPath(new URL(site, example))
  if (!existsSync(join(root, 'index.html'))) return undefined
  const files = new Map<string, PageFile>()
  const worker = join(root, 'service-worker.ts')
  await bundle(root, { index: join(root, 'index.html') }, files, options)
  if (existsSync(worker)) await bundle(root, { 'service-worker': worker }, files, options)
  await readPublic(join(root, 'public'), files)
  return files
}

async function bundle(
  root: string,
  input: Readonly<Record<string, string>>,
  files: Map<string, PageFile>,
  { alias = [], base = '/' }: BuildOptions,
): Promise<void> {
  const built = await build({
    configFile: false,
    root,
    base,
    publicDir: false,
    logLevel: 'error',
    resolve: { alias: [...alias], dedupe: ['ethers', 'react', 'react-dom'] },
    build: {
      write: false,
      modulePreload: false,
      // A data: address of a font or a script would be against the policy of the pages.
      assetsInlineLimit: 0,
      target: 'es2022',
      rolldownOptions: {
        input: { ...input },
        output: {
          entryFileNames: ({ name }) =>
            name === 'service-worker' ? 'service-worker.js' : 'assets/[name]-[hash].js',
        },
      },
    },
  })
  if (!('output' in built)) throw new TypeError('one bundle was expected')
  for (const file of built.output) {
    const body = file.type === 'chunk' ? file.code : file.source
    files.set(`${base}${file.fileName}`, {
      type: typeOf(file.fileName),
      body: typeof body === 'string' ? body : new Uint8Array(body),
      immutable: file.fileName.startsWith('assets/'),
    })
  }
}

async function readPublic(folder: string, files: Map<string, PageFile>): Promise<void> {
  if (!existsSync(folder)) return
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const path = `/${relative(folder, file).split(sep).join('/')}`
    files.set(path, { type: typeOf(path), body: new Uint8Array(await readFile(file)), immutable: false })
  }
}
