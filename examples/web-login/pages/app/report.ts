import { type FailureWords, noticeOf } from '../shared/notice.ts'
import { SiteError } from '../shared/site.ts'
import type { Library } from './library.ts'

/** Says why something came to nothing. Where the session is over, the page is shown anew, as a stranger sees it. */
export async function report(library: Library, error: unknown, words: FailureWords): Promise<void> {
  const notice = noticeOf(error, words)
  if (!(error instanceof SiteError) || error.status !== 401) return library.say(notice)
  try {
    await library.refresh(notice)
  } catch {
    library.say(notice)
  }
}
