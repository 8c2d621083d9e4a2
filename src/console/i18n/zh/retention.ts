export const retention = {
  title: '保留与删除',
}
