import type { UportRequestElement } from '@uport-kit/transport-qr/element'
import type { TownVisit } from '../../src/shared/town-api.ts'
import type { WorldConfig } from '../../src/shared/world-config.ts'
import type { Notice } from '../shared/notice.ts'

/** What the pages of the residents' office work with. */
export interface Office {
  readonly config: WorldConfig
  readonly dialog: UportRequestElement
  readonly say: (notice: Notice | undefined) => void
  /** Aborts when something else is shown. */
  readonly shown: AbortSignal
  /** Shows the page anew. */
  draw(visit: TownVisit, notice?: Notice): void
}
