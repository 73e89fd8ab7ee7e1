import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import vitestConfig from '../../../vitest.config.ts'

/** A file as the server gives it. */
export interface PageFile {
  readonly type: string
  readonly body: string | Uint8Array
}

/** Files by their path on the server, such as `/store.html`. */
export type PageFiles = ReadonlyMap<string, PageFile>

const TYPES: ReadonlyMap<string, string> = new Map([
  ['html', 'text/html; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['css', 'text/css; charset=utf-8'],
  ['json', 'application/json'],
  ['svg', 'image/svg+xml'],
  ['png', 'image/png'],
  ['wasm', 'application/wasm'],
])

/**
 * Bundles a page from the sources, workspace packages included, without touching the disk.
 *
 * @param name the page's: it is served as `/<name>.html`
 * @param entry a module that an otherwise empty page runs, or an `.html` file whose folder is then the root
 */
export async function bundlePage(name: string, entry: URL): Promise<PageFiles> {
  const input = fileURLToPath(entry)
  const isHtml = input.endsWith('.html')
  const built = await build({
    configFile: false,
    root: dirname(input),
    base: `/${name}/`,
    logLevel: 'error',
    resolve: { alias: vitestConfig.resolve?.alias ?? [] },
    build: {
      write: false,
      minify: false,
      modulePreload: false,
      target: 'es2022',
      rolldownOptions: { input, output: { entryFileNames: 'page.js' } },
    },
  })
  if (!('output' in built)) throw new TypeError('one bundle was expected')
  const files = new Map<string, PageFile>()
  for (const file of built.output) {
    const own = isHtml && file.fileName === basename(input)
    const path = own ? `/${name}.html` : `/${name}/${file.fileName}`
    files.set(path, { type: typeOf(file.fileName), body: file.type === 'chunk' ? file.code : file.source })
  }
  if (!isHtml) files.set(`/${name}.html`, { type: typeOf('.html'), body: emptyPage(name) })
  return files
}

function emptyPage(name: string): string {
  const script = `<script type="module" src="/${name}/page.js"></script>`
  return `<!doctype html><html lang="en"><title>${name}</title><link rel="icon" href="data:,">${script}</html>`
}

function typeOf(fileName: string): string {
  return TYPES.get(fileName.split('.').at(-1) ?? '') ?? 'application/octet-stream'
}
