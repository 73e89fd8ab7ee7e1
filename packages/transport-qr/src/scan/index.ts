export type {} from '../errors.ts'
export type { CameraOptions, CameraScan, CameraSource } from './camera-scan.ts'
export type { QrDecoderOptions } from './qr-decoder.ts'
export { ScanIntake, type ScanIntakeOptions } from './scan-intake.ts'
