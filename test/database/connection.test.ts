// Where a connection leads and how, by URL, configuration and PG* variables.

import assert from 'node:assert/strict';
import {
  type ConnectionRequest,
  type ConnectionSettings,
  connectionSettings,
} from '../../server/src/database/connection.js';
import { type Environment, passwordIn } from '../../server/src/database/password-file.js';

function settings(request: ConnectionRequest, environment: Environment = {}): ConnectionSettings {
  const result = connectionSettings(request, environment);
  if (result.kind !== 'settings') throw new Error(result.message);
  return result;
}

/** `user:password@host:port/database`, without what is not there. */
function drawn({ user, password, host, port, database }: ConnectionSettings): string {
  return `${user}${password === null ? '' : `:${password}`}@${host}:${port}/${database}`;
}

describe('a connection URL', () => {
  for (const [url, expected] of [
    ['postgres://ann:secret@db.example.com:6000/shop', 'ann:secret@db.example.com:6000/shop'],
    ['postgresql://ann@db.example.com/shop', 'ann@db.example.com:5432/shop'],
    ['ecto://ann:secret@db.example.com/shop?pool_size=10', 'ann:secret@db.example.com:5432/shop'],
    ['postgres://ann@db.example.com', 'ann@db.example.com:5432/ann'],
    ['postgres://a%40n:p%2F%3A%23%20@h/d%20b', 'a@n:p/:# @h:5432/d b'],
    ['postgres://ann:p@ss@h/d', 'ann:p@ss@h:5432/d'],
    ['postgres://ann:100%@h/d', 'ann:100%@h:5432/d'],
    ['postgres://ann@[::1]:6000/d', 'ann@::1:6000/d'],
    ['postgres://ann@one:6001,two:6002/d', 'ann@one:6001/d'],
    ['postgres:///d?host=/var/run/postgresql&user=ann', 'ann@/var/run/postgresql:5432/d'],
    ['postgres://%2Fvar%2Frun/d?user=ann', 'ann@/var/run:5432/d'],
    ['postgres://h/d?user=ann&password=a+b%2Bc', 'ann:a+b+c@h:5432/d'],
  ] as const) {
    it(`is read: ${url}`, () => assert.equal(drawn(settings({ url })), expected));
  }

  for (const url of [
    'mysql://ann@h/d',
    'not a url',
    '',
    'postgres://ann:pa/ss@h/d',
    'postgres://ann:pa?ss@h/d',
    'postgres://ann:pa#ss@h/d',
    'postgres://ann@h:port/d',
    'postgres://ann@h:70000/d',
    'postgres://ann@h/d?sslmode=sometimes',
    'postgres://ann@h/d?sslmode=require&sslrootcert=/nowhere/ca.pem',
  ]) {
    it(`is refused, without a word of it: ${JSON.stringify(url)}`, () => {
      const result = connectionSettings({ url }, {});
      assert.equal(result.kind, 'misconfigured');
      assert.doesNotMatch(JSON.stringify(result), /pa[/?#]|ss@h/);
    });
  }
});

describe('a connection', () => {
  it('takes from the environment what nobody said', () => {
    const environment = { PGHOST: 'h', PGPORT: '6000', PGUSER: 'ann', PGDATABASE: 'd', PGPASSWORD: 'secret' };
    assert.equal(drawn(settings({}, environment)), 'ann:secret@h:6000/d');
    assert.equal(drawn(settings({ host: 'other', user: 'bob' }, environment)), 'bob:secret@other:6000/d');
    assert.equal(drawn(settings({ url: 'postgres:///x' }, environment)), 'ann:secret@h:6000/x');
  });

  it('has a name without secrets', () => {
    assert.equal(
      settings({ url: 'postgres://ann:secret@db.example.com/shop' }).name,
      'shop on db.example.com',
    );
    assert.equal(settings({ host: 'h', port: 6000, database: 'd' }).name, 'd on h:6000');
    assert.equal(settings({ host: 'h', database: 'd', name: 'staging' }).name, 'staging (d on h)');
  });

  it('hands on what the server is to be set to', () => {
    const environment = { PGOPTIONS: '-c search_path=app' };
    assert.equal(
      settings({ url: 'postgres://h/d?options=-c%20jit%3Doff' }, environment).options,
      '-c search_path=app -c jit=off',
    );
    assert.equal(settings({}).options, null);
  });

  for (const [ssl, host, expected] of [
    [undefined, 'localhost', 'none'],
    [undefined, '127.0.0.1', 'none'],
    [undefined, '::1', 'none'],
    [undefined, '/var/run/postgresql', 'none'],
    [undefined, 'db.example.com', 'verified'],
    [undefined, '10.0.0.7', 'verified'],
    ['prefer', 'db.example.com', 'verified'],
    ['require', 'db.example.com', 'verified'],
    ['verify-full', 'localhost', 'verified'],
    ['verify-ca', 'db.example.com', 'verified, any name'],
    ['require', 'localhost', 'unverified'],
    ['no-verify', 'db.example.com', 'unverified'],
    ['disable', 'db.example.com', 'none'],
    [true, 'db.example.com', 'verified'],
    ['true', 'db.example.com', 'verified'],
    [false, 'db.example.com', 'none'],
  ] as const) {
    it(`to ${host} with ssl ${ssl} is ${expected}`, () => {
      const { tls } = settings({ host, ssl });
      const check = tls?.rejectUnauthorized ? 'verified' : 'unverified';
      const anyName = tls?.checkServerIdentity === undefined ? '' : ', any name';
      assert.equal(tls === null ? 'none' : check + anyName, expected);
      if (tls !== null) assert.equal(tls.servername, /[a-z]/.test(host) ? host : undefined);
    });
  }

  it('reads PGSSLMODE', () => {
    assert.equal(settings({ host: 'db.example.com' }, { PGSSLMODE: 'disable' }).tls, null);
  });

  for (const [request, expected] of [
    [{ host: 'shop-prod.example.com' }, true],
    [{ host: 'h', database: 'shop_production' }, true],
    [{ host: 'h', name: 'Production' }, true],
    [{ host: 'h', name: 'shopProd' }, true],
    [{ host: 'h', name: 'ProductionDB' }, true],
    [{ host: 'h', database: 'proddb' }, true],
    [{ host: 'h', database: 'shopprod1' }, true],
    [{ host: 'prd-db.example.com' }, true],
    [{ host: 'db.prod.example.com' }, true],
    [{ url: 'postgres://ann@h/shop_production' }, true],
    [{ host: 'nonprod.example.com', database: 'preprod' }, false],
    [{ host: 'h', database: 'producers', name: 'prodigy' }, false],
    [{ host: 'products.example.com', database: 'reproduction' }, false],
    [{ host: 'shop-prod.example.com', production: false }, false],
    [{ host: 'localhost', production: true }, true],
  ] as const) {
    it(`${expected ? 'is' : 'is not'} production: ${JSON.stringify(request)}`, () => {
      assert.equal(settings({ user: 'ann', ...request }).production, expected);
    });
  }
});

describe('a password file', () => {
  const question = { host: 'h', port: 5432, database: 'd', user: 'ann' };
  for (const [text, expected] of [
    ['h:5432:d:ann:secret', 'secret'],
    ['*:*:*:*:any', 'any'],
    ['# h:5432:d:ann:comment\nx:5432:d:ann:no\nh:5432:d:ann:first\nh:5432:d:ann:second', 'first'],
    ['h:5432:d:ann:a\\:b\\\\c', 'a:b\\c'],
    ['h:5432:d:ann:windows\r\n', 'windows'],
    ['h:5432:d:bob:other', null],
    ['h:5432:d:ann', null],
    ['', null],
  ] as const) {
    it(`${JSON.stringify(text)} gives ${expected}`, () => assert.equal(passwordIn(text, question), expected));
  }

  it('calls a socket localhost', () => {
    assert.equal(passwordIn('localhost:5432:d:ann:here', { ...question, host: '/var/run' }), 'here');
  });
});
