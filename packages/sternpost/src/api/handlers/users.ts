import { ApiProblem } from '../api-problem.ts'
import type { usersContract } from '../contract/users.ts'
import type { Handlers } from '../endpoint.ts'
import type { ApiServices } from '../services.ts'
import { withAccessProblems } from './access-problem.ts'
import { userJson } from './session-answer.ts'

/** Keeps the people who may sign in. */
export function usersHandlers({ access }: Pick<ApiServices, 'access'>): Handlers<typeof usersContract> {
  const { users } = access
  const nameOf = async (userId: number) => {
    const user = await users.get(userId)
    if (user === undefined) throw new ApiProblem('api/not-found', 'there is no such user')
    return user.name
  }
  return {
    'GET /users': async () => ({ items: (await users.list()).map(userJson) }),
    'POST /users': ({ body, audit }) =>
      withAccessProblems(async () => {
        const user = await users.add({ ...body, password: body.password })
        await audit('user.add', user.name, { role: user.role, domains: user.domains })
        return userJson(user)
      }),
    'PATCH /users/:id': ({ params, body, audit }) =>
      withAccessProblems(async () => {
        const user = await users.update(params.id, {
          ...(body.role === undefined ? {} : { role: body.role }),
          ...(body.domains === undefined ? {} : { domains: body.domains }),
        })
        await audit('user.set', user.name, { role: user.role, domains: user.domains })
        return userJson(user)
      }),
    'PUT /users/:id/password': ({ params, body, audit }) =>
      withAccessProblems(async () => {
        const name = await nameOf(params.id)
        await users.setPassword(params.id, body.password)
        await audit('user.password', name)
        return undefined
      }),
    'DELETE /users/:id': ({ params, audit }) =>
      withAccessProblems(async () => {
        const name = await nameOf(params.id)
        await users.remove(params.id)
        await audit('user.remove', name)
        return undefined
      }),
  }
}
