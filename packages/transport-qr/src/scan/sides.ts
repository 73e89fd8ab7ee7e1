/** Longest sides at which a picture is looked at, in pixels. */
export type Sides = readonly number[]

/** A camera's next frame comes soon: one look. */
export const CAMERA_SIDES: Sides = [1280]
/** A photograph is looked at thrice: as screens are, coarsely because noise then fades, and closely for small codes. */
export const IMAGE_SIDES: Sides = [1600, 800, 3200]
