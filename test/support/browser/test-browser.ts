import type { Browser, BrowserContext, Page } from 'playwright-core'
import { bundlePage, type PageFile } from './bundle-page.ts'
import { type ChromiumOptions, launchChromium } from './chromium.ts'
import { type PageHandler, servePages } from './page-server.ts'

export interface TestBrowserOptions extends ChromiumOptions {
  /** Pages by name; each is a module or an `.html` file, and is served as `/<name>.html`. */
  readonly pages: Readonly<Record<string, URL>>
  /** Answers requests for what is no file of a page. */
  readonly handler?: PageHandler | undefined
}

/** A browser, and a server with the pages that it opens. */
export interface TestBrowser {
  readonly browser: Browser
  readonly origin: string
  url(name: string): string
  /** Storage of its own, empty; its pages are tabs of one another. */
  newContext(): Promise<BrowserContext>
  /** Opens a page twice: two tabs of one empty storage. */
  openTabs(name: string): Promise<readonly [Page, Page]>
  /** Opens a page in a context, and fails where its module throws. */
  openPage(name: string, context: BrowserContext): Promise<Page>
  /** Ends browser and server. */
  close(): Promise<void>
}

/** One for a test file: open it in `beforeAll` and close it in `afterAll`. Takes half a second, and as much for each page. */
export async function openTestBrowser(options: TestBrowserOptions): Promise<TestBrowser> {
  const files = new Map<string, PageFile>()
  const [browser] = await Promise.all([
    launchChromium(options),
    ...Object.entries(options.pages).map(async ([name, entry]) => {
      for (const [path, file] of await bundlePage(name, entry)) files.set(path, file)
    }),
  ])
  const server = await servePages(files, options.handler)
  const url = (name: string) => `${server.origin}/${name}.html`
  return {
    browser,
    origin: server.origin,
    url,
    newContext: () => browser.newContext(),
    async openTabs(name) {
      const context = await browser.newContext()
      return Promise.all([openPage(context, url(name)), openPage(context, url(name))])
    },
    openPage: (name, context) => openPage(context, url(name)),
    async close() {
      await browser.close()
      await server.close()
    },
  }
}

/** Opens a page and fails where it throws while it loads. */
export async function openPage(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage()
  const thrown: Error[] = []
  const note = (error: Error) => thrown.push(error)
  page.on('pageerror', note)
  await page.goto(url)
  page.off('pageerror', note)
  if (thrown.length > 0) throw new Error(`${url} failed to load: ${thrown[0]?.message}`, { cause: thrown[0] })
  return page
}
