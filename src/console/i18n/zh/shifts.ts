export const shifts = {
  title: '班次',
}
