import type { Page, PageStorage } from '../page.ts'

/** What tabs of one origin share. */
export class FakeBrowser {
  readonly tabs: FakeTab[] = []
  readonly items = new Map<string, string>()
  /** Set: nothing more is stored. */
  full = false

  open(href: string): FakeTab {
    const tab = new FakeTab(this, href)
    this.tabs.push(tab)
    return tab
  }
}

/** A tab that behaves as browsers do where a channel can tell: events of its own, and storage events of the other tabs. */
export class FakeTab extends EventTarget implements Page {
  readonly location: { href: string }
  readonly history: Page['history'] & { state: unknown }
  readonly localStorage: PageStorage
  /** Addresses that replaced the one before. */
  readonly replaced: string[] = []

  constructor(browser: FakeBrowser, href: string) {
    super()
    const location = { href }
    this.location = location
    this.history = {
      state: { router: 1 },
      replaceState: (state, _unused, url) => {
        this.history.state = state
        location.href = url
        this.replaced.push(url)
      },
    }
    const changed = (): void => {
      for (const tab of browser.tabs) if (tab !== this) tab.dispatchEvent(new Event('storage'))
    }
    const { items } = browser
    this.localStorage = {
      get length() {
        return items.size
      },
      key: (index) => [...items.keys()][index] ?? null,
      getItem: (key) => items.get(key) ?? null,
      setItem: (key, value) => {
        if (browser.full) throw new DOMException('full', 'QuotaExceededError')
        items.set(key, value)
        changed()
      },
      removeItem: (key) => {
        items.delete(key)
        changed()
      },
    }
  }

  /** The wallet, or anybody, opens an address in this tab without leaving the page. */
  follow(href: string): void {
    this.location.href = href
    this.dispatchEvent(new Event('hashchange'))
  }
}
