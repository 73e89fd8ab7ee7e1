export { type Child, h } from '../wallet/dom/h.ts'
