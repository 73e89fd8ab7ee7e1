export { append, type Child, h, type Props } from '../wallet/dom/h.ts'
