import type { RelayClient } from '@uport-kit/channel-relay'
import type { UportRequestElement } from '@uport-kit/transport-qr/element'
import type { LibraryVisit } from '../../src/shared/library-api.ts'
import type { WorldConfig } from '../../src/shared/world-config.ts'
import type { Notice } from '../shared/notice.ts'

/** What a page of the library works with. */
export interface Library {
  readonly config: WorldConfig
  readonly visit: LibraryVisit
  /** Shows requests, one at a time. */
  readonly dialog: UportRequestElement
  /** The relay, to shorten requests for codes and to take answers to the page's own requests. */
  readonly relay: RelayClient
  readonly say: (notice: Notice | undefined) => void
  /** Asks the server again who is there, and shows the page anew. */
  refresh(notice?: Notice): Promise<void>
  /** Shows it anew with what the server has just said. */
  arrive(visit: LibraryVisit, notice?: Notice): void
}

/** Draws a page into its part of the document. */
export type LibraryPage = (library: Library) => readonly Node[]
