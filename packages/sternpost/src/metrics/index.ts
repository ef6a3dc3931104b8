/** Numbers for Prometheus; a room registers its own on the registry it is given. */
export { createRegistry, type Registry } from './create-registry.ts'
