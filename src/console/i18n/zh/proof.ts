export const proof = {
  title: '存证',
}
