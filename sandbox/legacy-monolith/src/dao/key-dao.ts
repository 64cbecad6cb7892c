import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair, type JWK } from 'jose';
import type { Sql } from '../db/pool.ts';

export interface KeyRow {
  readonly key_id: string;
  /** PKCS 8, PEM. It lives in the database so that tokens survive a restart. */
  readonly prv_pem: string;
  readonly pub_jwk: JWK;
}

const selectKey = `select key_id, prv_pem, pub_jwk from sys_key order by reg_dt desc limit 1`;
const insertKey = `insert into sys_key (key_id, prv_pem, pub_jwk) values ($1, $2, $3)`;

/** The signing key, made when there is none. The caller holds the lock that lets one process at a time do this. */
export async function loadOrMakeKey(sql: Sql): Promise<KeyRow> {
  const { rows } = await sql.query<KeyRow>(selectKey);
  if (rows[0]) return rows[0];
  const pair = await generateKeyPair('RS256', { extractable: true });
  const pub_jwk = await exportJWK(pair.publicKey);
  const key = { key_id: await calculateJwkThumbprint(pub_jwk), prv_pem: await exportPKCS8(pair.privateKey), pub_jwk };
  await sql.query(insertKey, [key.key_id, key.prv_pem, key.pub_jwk]);
  return key;
}
