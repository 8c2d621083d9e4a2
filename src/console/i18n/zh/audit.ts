export const audit = {
  title: '督察',
}
