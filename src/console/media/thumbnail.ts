/** Twice what it stands on the screen at, for sharp displays. */
const widest = 480
/** Smaller files are shown as they are. */
const smallFile = 120 * 1024

/**
 * Address of a small copy of a picture, so that a timeline of photos stays light. Made here and not in the core: what a
 * stranger sends is decoded in the sandbox of the page.
 * @throws where it is no picture after all
 */
export async function thumbnailOf(blob: Blob, whole: string): Promise<string> {
  if (blob.size <= smallFile || blob.type === 'image/gif') return whole
  const picture = await createImageBitmap(blob)
  const scale = Math.min(1, widest / Math.max(picture.width, picture.height))
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(picture.width * scale)),
    Math.max(1, Math.round(picture.height * scale)),
  )
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  return URL.createObjectURL(await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.82 }))
}
