/** Longest sides in pixels: a picture of the code alone reads best small; on one of a whole sheet it takes more. */
const sides = [1_600, 3_200]

/** What a QR code in a picture says, e.g. the signed checkpoint on a handoff sheet; null where none is found. */
export async function readQr(picture: Blob): Promise<string | null> {
  const { default: jsQr } = await import('jsqr')
  const bitmap = await createImageBitmap(picture)
  const longest = Math.max(bitmap.width, bitmap.height)
  try {
    for (const [n, side] of sides.entries()) {
      if (n > 0 && longest <= sides[n - 1]!) break
      const { data, width, height } = pixels(bitmap, Math.min(1, side / longest))
      const found = jsQr(data, width, height)
      if (found) return found.data
    }
    return null
  } finally {
    bitmap.close()
  }
}

function pixels(bitmap: ImageBitmap, scale: number): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(bitmap.width * scale))
  canvas.height = Math.max(1, Math.round(bitmap.height * scale))
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  return context.getImageData(0, 0, canvas.width, canvas.height)
}
