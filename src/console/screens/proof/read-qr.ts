/** What a QR code in a picture says, e.g. the signed checkpoint on a handoff sheet; null where none is found. */
export async function readQr(picture: Blob): Promise<string | null> {
  const { default: jsQr } = await import('jsqr')
  const bitmap = await createImageBitmap(picture)
  // A photo of a whole sheet is larger than the reader needs.
  const scale = Math.min(1, 1_600 / Math.max(bitmap.width, bitmap.height))
  const width = Math.round(bitmap.width * scale)
  const height = Math.round(bitmap.height * scale)
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) return null
  context.drawImage(bitmap, 0, 0, width, height)
  bitmap.close()
  return jsQr(context.getImageData(0, 0, width, height).data, width, height)?.data ?? null
}
