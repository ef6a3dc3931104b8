/** The roles with what each may do. */
export const roleChoices = [
  { value: 'viewer', label: 'Viewer: looks' },
  { value: 'operator', label: 'Operator: changes what is published' },
  { value: 'admin', label: 'Admin: keeps users too' },
]
