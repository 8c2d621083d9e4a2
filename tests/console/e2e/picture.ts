/** 2 × 1 pixels. */
export const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAEUlEQVR4nGP4z8Dw/z8DAwMAEQQD/Z0zXUcAAAAASUVORK5CYII=',
  'base64',
)
