/** The one file of an upload: field `media` of multipart/form-data. */
export interface Part {
  filename: string
  contentType: string
  bytes: Buffer
}

export function mediaPart(bytes: Buffer, contentType: string): Part | null {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1]
  if (!boundary) return null
  const mark = Buffer.from(`--${boundary}`)
  let at = bytes.indexOf(mark)
  while (at >= 0) {
    const start = at + mark.length + 2
    const end = bytes.indexOf(mark, start)
    if (end < 0) return null
    const headEnd = bytes.indexOf('\r\n\r\n', start)
    if (headEnd >= 0 && headEnd < end) {
      const head = bytes.subarray(start, headEnd).toString('utf8')
      if (/name="media"/i.test(head))
        return {
          filename: /filename="([^"]*)"/i.exec(head)?.[1] ?? '',
          contentType: /content-type:\s*([^\r\n]+)/i.exec(head)?.[1] ?? '',
          bytes: bytes.subarray(headEnd + 4, end - 2),
        }
    }
    at = end
  }
  return null
}
