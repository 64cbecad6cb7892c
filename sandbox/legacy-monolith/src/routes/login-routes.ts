import express, { type Router } from 'express';
import type pg from 'pg';
import { hashPassword, isPassword } from '../auth/passwords.ts';
import { tokenSeconds, type Tokens } from '../auth/tokens.ts';
import { findLogin } from '../dao/user-dao.ts';
import { readFields } from '../http/fields.ts';
import { Refusal } from '../http/refusal.ts';

/** The only routes without a token. */
export function loginRoutes(pool: pg.Pool, tokens: Tokens): Router {
  const router = express.Router();
  // An unknown address costs as much time as a wrong password: nobody can ask which addresses exist.
  const nobodysHash = hashPassword('');

  router.get('/.well-known/jwks.json', (_request, response) => {
    response.set('cache-control', 'public, max-age=300').json(tokens.jwks);
  });

  router.post('/users/login', async (request, response) => {
    const { email, password } = readFields(request.body, (fields) => ({
      email: fields.text('email', 120),
      password: fields.text('password', 200),
    }));
    const login = await findLogin(pool, email);
    const isRight = await isPassword(password, login?.passwordHash ?? (await nobodysHash));
    if (!login || !isRight) throw new Refusal(401, 'unauthorised', 'Email or password is wrong.');
    const { userId, isOperator } = login;
    const token = await tokens.sign({ userId, isOperator });
    response.set('cache-control', 'no-store').json({ token, userId, expiresInSeconds: tokenSeconds });
  });
  return router;
}
