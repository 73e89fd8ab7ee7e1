/** What is used of a browser's `Storage`. */
export interface PageStorage {
  readonly length: number
  key(index: number): string | null
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

/** What is used of a browser's `window`; another one may be given, such as a test's. */
export interface Page {
  readonly location: { readonly href: string }
  readonly history: {
    readonly state: unknown
    replaceState(state: unknown, unused: string, url: string): void
  }
  readonly localStorage: PageStorage
  addEventListener(type: 'hashchange' | 'storage', listener: () => void): void
  removeEventListener(type: 'hashchange' | 'storage', listener: () => void): void
}
