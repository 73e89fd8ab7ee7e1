import type { UportRequestElement } from '@uport-kit/transport-qr/element'
import type { DetailedHTMLProps, HTMLAttributes } from 'react'

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'uport-request': DetailedHTMLProps<HTMLAttributes<UportRequestElement>, UportRequestElement>
    }
  }
}
