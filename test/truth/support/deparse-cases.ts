// Expressions whose spelling by the server is compared with ours: one on each line, with what they are for.

import type { ExpressionUse } from '../../../server/src/catalog/deparse/server-text.js';

export interface DeparseCase {
  readonly use: ExpressionUse;
  /** Of the column with the default or the generated value; empty for other uses. */
  readonly type: string;
  readonly sql: string;
}

/** The tables, types and functions that the expressions read. */
export const DEPARSE_SCHEMA = `
CREATE EXTENSION citext;
CREATE EXTENSION "uuid-ossp";
CREATE EXTENSION pg_trgm;
CREATE EXTENSION hstore;
CREATE SCHEMA other;
CREATE TYPE status AS ENUM ('active', 'gone', 'on hold');
CREATE TYPE other.mood AS ENUM ('sad', 'happy');
CREATE TYPE "Kind" AS ENUM ('A', 'b c');
CREATE DOMAIN email AS varchar(255);
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE SEQUENCE numbers;
CREATE SEQUENCE other.numbers2;
CREATE SEQUENCE "Odd Numbers";
CREATE FUNCTION shout(words text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper(words)';
CREATE FUNCTION other.twice(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
CREATE FUNCTION new_id(prefix text, size integer DEFAULT 10) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT prefix';
CREATE TABLE t (
  id bigint PRIMARY KEY, i integer, s smallint, n numeric, n2 numeric(10,2), f double precision, r real, b boolean, b2 boolean,
  x text, y text, v varchar(255), v2 varchar, c char(3), name text, "Name" varchar, "order" integer, "primary" boolean,
  ts timestamp, ts0 timestamp(0), tz timestamptz, d date, tm time, iv interval, u uuid, j json, jb jsonb, meta jsonb, by bytea,
  xs text[], vs varchar[], ns integer[], us uuid[], st status, md other.mood, k "Kind", em email, ps positive, ct citext, h hstore,
  ip inet, net cidr, ir int4range, tr tstzrange, dr daterange, tv tsvector, bi bit(3), m money, p point, ss status[],
  created_at timestamp, updated_at timestamptz, deleted_at timestamptz
);
`;

const DEFAULTS = `
varchar(255)   'x'
varchar        'x'
text           'it''s'
text           ''
text           'back\\slash'
text           E'tab\\there'
text           'a' || 'b'
varchar(10)    'abc'::text
varchar(10)    'abc'::varchar
varchar(10)    'abc'::varchar(5)
varchar(10)    NULL
varchar(255)   NULL::text
char(3)        'abc'
char           'x'
text           'x'::varchar
integer        0
integer        -1
integer        - 1
integer        +1
integer        '5'
integer        '-5'
integer        1 + 2
integer        5::bigint
integer        2.5
bigint         0
bigint         '7'
bigint         -7
bigint         10000000000
bigint         -10000000000
bigint         9223372036854775807
bigint         1::bigint
smallint       3
smallint       '3'
numeric        0
numeric        0.0
numeric        1.50
numeric        .5
numeric        -1.5
numeric        '1.5'
numeric        '0'
numeric        99999999999999999999
numeric(10,2)  0
numeric(10,2)  0.0
numeric(10,2)  '1.5'
numeric(10,2)  1::numeric
numeric(10,2)  1::numeric(5,1)
numeric(5)     3
float          0
float          1.5
float          '1.5'
float          -2.25
real           0.1
real           '0.5'
boolean        true
boolean        false
boolean        't'
boolean        'f'
boolean        'no'
boolean        'true'
boolean        1 = 1
boolean        NOT true
uuid           gen_random_uuid()
uuid           uuid_generate_v4()
uuid           public.uuid_generate_v4()
uuid           '00000000-0000-0000-0000-000000000000'
uuid           'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'
uuid           md5(random()::text || clock_timestamp()::text)::uuid
timestamp      now()
timestamp      CURRENT_TIMESTAMP
timestamp      LOCALTIMESTAMP
timestamp      LOCALTIMESTAMP(3)
timestamp      now() AT TIME ZONE 'utc'
timestamp      (now() at time zone 'utc'::text)
timestamp      timezone('utc', now())
timestamp      timezone('UTC'::text, now())
timestamp      pg_catalog.timezone('utc', now())
timestamp      CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
timestamp      '2020-01-01'
timestamp      '2020-01-01 10:20'
timestamp      '2020-01-01T10:20:30.500'
timestamp      'infinity'
timestamp      date_trunc('day', now())
timestamp(0)   now()
timestamp(0)   CURRENT_TIMESTAMP
timestamp(3)   CURRENT_TIMESTAMP(3)
timestamp(3)   now()
timestamptz    now()
timestamptz    CURRENT_TIMESTAMP
timestamptz    transaction_timestamp()
timestamptz    statement_timestamp()
timestamptz    now() + interval '1 day'
timestamptz    now() + '7 days'
timestamptz    now() - '1 hour'::interval
timestamptz    (now() + '00:05:00'::interval)
timestamptz    'infinity'
timestamptz(3) now()
timestamptz    to_timestamp(0)
timestamptz    date_trunc('hour'::text, CURRENT_TIMESTAMP)
date           CURRENT_DATE
date           now()
date           ('now'::text)::date
date           '2021-12-31'
date           current_date + 30
date           current_date + interval '1 month'
time           '09:00'
time           '09:00:00'
time           LOCALTIME
timetz         CURRENT_TIME
interval       '1 day'
interval       '24:00:00'
interval       '1 week'
interval       '1 year 2 months 3 days 4 hours 5 minutes 6 seconds'
interval       interval '30 minutes'
interval       '90 minutes'
interval       '0'
interval       '2 hours 30 minutes'
jsonb          '{}'
jsonb          '{}'::jsonb
jsonb          '[]'
jsonb          '{"b":1,"a":[1,2,{"x":null}],"cc":true}'
jsonb          '{"a": "it''s"}'
jsonb          'null'
jsonb          jsonb_build_object()
jsonb          jsonb_build_object('a', 1, 'b', now())
jsonb          json_build_object('id', uuid_generate_v4())
jsonb          to_jsonb('x'::text)
jsonb          '{}'::json
json           '{}'
json           '{"a" :  1}'
json           '[]'::json
text[]         '{}'
text[]         '{}'::text[]
text[]         ARRAY[]::text[]
text[]         ARRAY['a', 'b']
text[]         ARRAY['a', 'b']::text[]
text[]         ARRAY['a']::varchar[]
text[]         '{a,b}'
text[]         '{"a b",c}'
text[]         '{a,NULL}'
varchar(255)[] ARRAY[]::varchar[]
varchar(255)[] ARRAY['a', 'b']::varchar[]
varchar(255)[] '{}'
varchar(255)[] ARRAY['a'::varchar(255)]
varchar[]      ARRAY[]::varchar[]
varchar[]      ARRAY[]::text[]
varchar[]      ARRAY['x','y']
integer[]      '{}'
integer[]      '{1,2,3}'
integer[]      ARRAY[1, 2]
integer[]      ARRAY[]::integer[]
bigint[]       ARRAY[1, 2]
bigint[]       '{1,2}'::bigint[]
jsonb[]        ARRAY[]::jsonb[]
jsonb[]        '{}'
uuid[]         '{}'
uuid[]         ARRAY[]::uuid[]
integer[]      ARRAY[[1,2],[3,4]]
status[]       '{}'
status[]       '{active}'
status[]       ARRAY['active']::status[]
status[]       ARRAY['active'::status, 'gone']
bytea          ''
bytea          '\\x00FF'
bytea          'abc'
bytea          decode('00', 'hex')
inet           '127.0.0.1'
inet           '10.0.0.0/8'
cidr           '10.0.0.0/8'
cidr           '10.0.0.1'
status         'active'
status         'active'::status
status         'on hold'::public.status
other.mood     'sad'
other.mood     'sad'::other.mood
"Kind"         'A'
"Kind"         'b c'::"Kind"
text           'active'::status
email          'a@b.c'
positive       1
positive       '5'
citext         'Abc'
citext         'Abc'::citext
hstore         ''
hstore         ''::hstore
bigint         nextval('numbers')
bigint         nextval('numbers'::regclass)
integer        nextval('numbers'::regclass)
bigint         nextval('public.numbers')
bigint         nextval('other.numbers2')
bigint         nextval('"Odd Numbers"')
bigint         nextval('numbers'::text)
bigint         nextval(('numbers'::text)::regclass)
text           'P' || nextval('numbers')
text           'P'::text || lpad(nextval('numbers')::text, 6, '0')
text           CURRENT_USER
text           session_user
text           current_setting('app.tenant')
uuid           current_setting('app.tenant')::uuid
uuid           current_setting('app.tenant', true)::uuid
text           md5(random()::text)
text           substr(md5(random()::text), 1, 8)
text           substring(md5(random()::text), 1, 8)
text           substring(md5(random()::text) from 1 for 8)
text           upper(substring(md5(random()::text) from 1 for 8))
text           encode('abc'::bytea, 'hex')
text           encode(decode('aa', 'hex'), 'base64')
text           replace(gen_random_uuid()::text, '-', '')
text           concat('a', 1, now())
text           format('%s-%s', 'a', 1)
text           coalesce(NULL, 'x')
text           shout('x')
text           new_id('acc')
text           new_id('acc', 5)
integer        other.twice(2)
text           to_char(now(), 'YYYY-MM-DD')
integer        extract(year from now())
double precision extract(epoch from now())
bigint         (extract(epoch from now()) * 1000)
bigint         (EXTRACT(EPOCH FROM now()) * 1000)::bigint
double precision date_part('epoch', now())
integer        floor(random() * 100)
integer        (random() * 100)::int
integer        floor(random() * 100 + 1)::int
bigint         floor(extract(epoch from clock_timestamp()))
boolean        (1 > 0) AND true
integer        CASE WHEN true THEN 1 ELSE 2 END
text           CASE 1 WHEN 1 THEN 'a' ELSE 'b' END
integer        greatest(1, 2)
numeric        round(1.5, 1)
tsvector       ''
tsvector       to_tsvector('english', 'x')
int4range      int4range(1, 10)
tstzrange      tstzrange(now(), NULL)
point          point(0, 0)
bit(3)         B'101'
money          0
oid            0
"char"         'a'
name           'x'
xml            xmlcomment('x')
text           trim(' x ')
text           trim(both 'x' from 'xax')
text           overlay('abcdef' placing 'x' from 2 for 3)
integer        position('a' in 'bar')
integer        length('abc')
integer        char_length('abc')
text           left('abc', 2)
text           right('abc', 2)
text           'a'::name
text           1::text
text           1
varchar(5)     1
text           1.5::text
boolean        1::boolean
integer        true::integer
timestamptz    '1 day'::interval + now()
text           ('a' COLLATE "C")
jsonb          '{"a":1}'::jsonb -> 'a'
text           '{"a":1}'::jsonb ->> 'a'
jsonb          '{"a":1}'::jsonb || '{"b":2}'
`;

const CHECKS = `
i > 0
i >= 0 AND i <= 100
i between 1 and 5
i NOT BETWEEN 1 AND 5
n2 > 0
n2 >= 0.0
n > 0
n > 0 OR n IS NULL
f >= 0
f > 0.5
r > 1
s > 0
id > 0
id > i
i > s
i = n
n2 * 2 > 10
i + s * 2 > 3
(i + s) * 2 > 3
- i < 0
i % 2 = 0
mod(i, 2) = 0
abs(i) > 1
x = 'a'
x <> ''
x != ''
x IS NOT NULL
x IS NULL OR y IS NULL
x IS NOT NULL AND y IS NOT NULL AND v IS NOT NULL
x IS NOT NULL AND (y IS NOT NULL AND v IS NOT NULL)
(x IS NULL) = (y IS NULL)
(x IS NULL) <> (y IS NULL)
NOT (x IS NULL AND y IS NULL)
NOT b
b
b IS TRUE
b IS NOT FALSE
b IS NOT UNKNOWN
b = true
b OR b2
"primary" OR NOT b
v = 'a'
v <> ''
v IN ('a', 'b')
v IN ('a')
v NOT IN ('a', 'b')
v = ANY (ARRAY['a', 'b'])
v = ANY (ARRAY['a', 'b']::text[])
v::text = ANY (ARRAY['a'::character varying, 'b'::character varying]::text[])
v = ANY ('{a,b}')
v <> ALL (ARRAY['a', 'b'])
v2 = 'a'
v || 'x' = 'ax'
v || x = 'ax'
v LIKE 'a%'
v NOT LIKE 'a%'
v ILIKE 'a%'
v ~ '^a'
v !~ '^a'
v ~* '^a'
x ~ '^[a-z0-9]+$'
x SIMILAR TO 'a|b'
x LIKE 'a!%' ESCAPE '!'
x ~~ 'a'
x IN ('a', 'b', 'c')
x = ANY (ARRAY['a', 'b'])
x = ANY (xs)
x = ANY (vs)
v = ANY (xs)
i = ANY (ns)
i IN (1, 2, 3)
i IN (1)
i NOT IN (1, 2)
s IN (1, 2)
id IN (1, 2)
n IN (1, 2.5)
i IN (1, s)
i IN (s, id)
i = ANY ('{1,2}')
i = ANY ('{1,2}'::int[])
c = 'abc'
c IN ('abc', 'def')
c = x
c = v
char_length(c) = 3
length(x) > 3
length(v) <= 10
char_length(v) <= 10
char_length(x) < 255
octet_length(by) = 32
length(by) > 0
lower(v) = v
lower(x) = x
upper(v) = 'A'
btrim(x) <> ''
trim(x) <> ''
trim(both from v) <> ''
trim(leading '0' from x) <> ''
length(trim(x)) > 0
position('@' in x) > 1
strpos(x, '@') > 0
substring(x from 1 for 2) = 'ab'
substring(x from '^a') = 'ab'
substring(v, 1, 2) = 'ab'
left(x, 1) = 'a'
replace(v, 'a', 'b') = 'b'
regexp_replace(v, '[0-9]', '', 'g') = ''
split_part(v, '@', 2) <> ''
coalesce(x, '') <> ''
coalesce(v, '') <> ''
coalesce(x, v) <> ''
coalesce(i, 0) > 0
coalesce(i, s, 0) > 0
coalesce(b, false)
coalesce(n2, 0) >= 0
nullif(x, '') IS NOT NULL
nullif(i, 0) IS NOT NULL
greatest(i, s) > 0
least(i, 5) > 0
num_nonnulls(x, y, v) = 1
num_nulls(x, y) < 2
st = 'active'
st IN ('active', 'gone')
st <> 'gone'::status
st = ANY (ARRAY['active', 'gone']::status[])
st = ANY ('{active,gone}')
st::text = 'active'
st > 'active'
md = 'sad'
k = 'A'
em = 'a@b'
em ~ '@'
em LIKE '%@%'
ps > 1
ps + 1 > 2
ct = 'a'
ct <> ''
ct ~ 'a'
ct IN ('a', 'b')
ct = x
ct LIKE 'a%'
lower(ct) = 'a'
length(ct) > 1
char_length(ct) > 1
ct::text = 'a'
ts > '2020-01-01'
ts > created_at
tz > ts
tz > now()
deleted_at > updated_at
updated_at >= created_at
d > '2020-01-01'
d >= current_date
d > date '2020-01-01'
d > ts
tm > '09:00'
iv > '1 day'
iv > interval '1 hour'
ts + iv > created_at
ts - created_at > '1 day'
ts + interval '1 day' > created_at
d + 1 > current_date
d - current_date > 3
extract(year from d) > 2000
extract(epoch from ts) > 0
extract(minute from tz) = 0
date_part('year', d) > 2000
date_trunc('month', d) = d
date_trunc('day', ts) = ts
ts::date = d
date(ts) = d
tz AT TIME ZONE 'utc' > ts
(ts AT TIME ZONE 'utc') > tz
date_trunc('day', tz AT TIME ZONE 'UTC') = ts
jb ? 'a'
jb ->> 'a' = 'b'
jb -> 'a' = '1'
jb #>> '{a,b}' = 'c'
jb #> '{a}' IS NOT NULL
jb @> '{"a":1}'
jb <> '{}'
jb = '{}'::jsonb
jb ->> 0 = 'x'
(jb ->> 'a')::int > 0
(jb ->> 'a')::integer > 0
(jb -> 'a' ->> 'b') IS NOT NULL
jsonb_typeof(jb) = 'object'
jsonb_typeof(jb -> 'a') = 'array'
jsonb_array_length(jb) > 0
j ->> 'a' = 'b'
json_typeof(j) = 'object'
j::jsonb = '{}'
jb ?| ARRAY['a', 'b']
jb ?& '{a,b}'
jsonb_path_exists(jb, '$.a')
array_length(xs, 1) > 0
cardinality(xs) > 0
xs @> ARRAY['a']
xs <@ ARRAY['a', 'b']
xs && '{a}'
vs && ARRAY['a']::varchar[]
vs @> ARRAY['a']
ns @> ARRAY[1]
xs <> '{}'
xs = '{}'
xs = ARRAY[]::text[]
array_position(xs, NULL) IS NULL
array_to_string(xs, ',') <> ''
xs[1] = 'a'
ns[1] > 0
(string_to_array(x, ','))[1] = 'a'
xs || 'a' <> '{}'
xs || ARRAY['a'] <> '{}'
array_append(xs, 'a') <> '{}'
u <> '00000000-0000-0000-0000-000000000000'
u = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid
u::text = 'a'
u IS DISTINCT FROM 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'
x IS DISTINCT FROM y
x IS NOT DISTINCT FROM y
x IS DISTINCT FROM NULL
x IS NOT DISTINCT FROM NULL
v IS DISTINCT FROM 'a'
i IS DISTINCT FROM s
h ? 'a'
h -> 'a' = 'b'
ip <<= '10.0.0.0/8'
family(ip) = 4
ip = '127.0.0.1'
lower(ir) > 0
NOT isempty(ir)
ir @> 5
upper_inf(tr)
lower(dr) < upper(dr)
tr && tstzrange(now(), NULL)
tv @@ to_tsquery('english', 'a')
to_tsvector('english', x) @@ plainto_tsquery('english', 'x')
CASE WHEN b THEN x IS NOT NULL ELSE true END
CASE WHEN x = 'a' THEN y IS NOT NULL WHEN x = 'b' THEN i > 0 ELSE false END
CASE v WHEN 'a' THEN i > 0 ELSE i < 0 END
CASE st WHEN 'active' THEN b ELSE NOT b END
CASE WHEN b THEN 1 ELSE 0 END + CASE WHEN b2 THEN 1 ELSE 0 END = 1
(CASE WHEN x IS NULL THEN 0 ELSE 1 END + CASE WHEN y IS NULL THEN 0 ELSE 1 END) = 1
x IS NOT NULL::boolean
(x IS NOT NULL)::int + (y IS NOT NULL)::int = 1
(x IS NOT NULL)::integer + (y IS NOT NULL)::integer <= 1
b::int = 1
v::int > 0
x::integer > 0
i::text = '1'
v::varchar = 'a'
v::varchar(10) = 'a'
v::text = 'a'
v::char(3) = 'abc'
x::varchar = 'a'
x::varchar(3) = 'abc'
n::int > 0
n2::numeric > 0
n2::numeric(10,2) > 0
n::numeric(5,1) > 0
f::numeric > 0
ts::timestamp(0) = ts
ts0::timestamp = ts
cast(x AS integer) > 1
"order" > 0
"Name" <> ''
name <> ''
"Name" = name
shout(x) = x
shout(v) = v
public.shout(x) = x
other.twice(i) > 0
new_id(x) = x
x = NULL
i = 1.5
i > 1.0
i / 2.0 > 1
id = 10000000000
id > -1
n > -1.5
i > -5
f = 'NaN'
round(n, 2) = n
round(n2) = n2
floor(f) = f
sqrt(f) > 1
power(i, 2) > 4
i ^ 2 > 4
i::float / s > 0.5
(i)::numeric / 100 > 1
x > 'a' COLLATE "C"
x COLLATE "C" = x
lower(x COLLATE "C") = 'a'
i > 0 AND (n > 0 OR b) AND NOT b2
(i > 0 AND n > 0) OR (i < 0 AND n < 0)
i > 0 OR n > 0 OR f > 0
NOT (i > 0 OR n > 0)
((i > 0))
i <> 0 IS TRUE
(i > 0) IS NOT TRUE
t.i > 0
true
md5(x) = 'a'
encode(by, 'hex') <> ''
decode(x, 'hex') = by
sha256(by) = by
by <> ''
by = '\\x00'
to_char(ts, 'YYYY') = '2020'
to_number(x, '999') > 1
format('%s', x) = 'a'
concat(x, y) <> ''
concat_ws(' ', x, v, i) <> ''
x || y <> ''
x || i <> ''
i || x <> ''
x || 'a' || v <> ''
(x || ' ' || v) <> ''
starts_with(x, 'a')
similarity(x, 'a') > 0.5
x % 'a'
bi = B'101'
m > 0::money
p ~= point(1,2)
'a' = x
5 > i
'active' = st
1 = 1
now() > ts
ss @> ARRAY['active']::status[]
'active' = ANY (ss)
us = '{}'
u = ANY (us)
make_interval(days => i) > iv
row(i, s) = row(1, 2)
(i, s) > (1, 2)
x ~ '^\\d+$'
v ~ '^[A-Za-z]+''s$'
x <= y
x NOT ILIKE '%a'
i & 1 = 1
i | 2 > 1
i << 1 > 2
~ i > 0
@ i > 0
`;

const INDEXES = `
lower(x)
lower(v)
lower(em)
lower(ct)
lower(name)
upper(v)
lower("Name")
(x)
(lower(x) || v)
((x || ' ' || y))
((x || v))
(coalesce(x, ''))
(coalesce(v, 'none'))
coalesce(i, -1)
(coalesce(u, '00000000-0000-0000-0000-000000000000'))
COALESCE(deleted_at, 'infinity')
(jb -> 'a')
(jb ->> 'a')
(jb -> 'a' ->> 'b')
((jb ->> 'a')::int)
((jb -> 'a' ->> 'id')::integer)
(jb #>> '{a,b}')
(jb -> 'a' -> 'b')
((meta ->> 'x')::bigint)
lower(jb ->> 'a')
((jb ->> 'a') || x)
(x IS NULL)
(x IS NOT NULL)
(i > 0)
(i + 1)
(i + s * 2)
((i + s) * 2)
(i * s + 2)
(i - (s - 1))
((i - s) - 1)
(- i)
(b IS TRUE)
(b AND b2)
(NOT b)
(b OR NOT b2)
(CASE WHEN b THEN true ELSE NULL END)
(CASE WHEN "primary" THEN true END)
(CASE WHEN x = 'a' THEN i END)
(CASE v WHEN 'a' THEN 1 ELSE 2 END)
date(ts)
(ts::date)
date_trunc('day', ts)
date_trunc('month', d::timestamp)
(tz AT TIME ZONE 'utc')
((tz AT TIME ZONE 'utc')::date)
date(tz AT TIME ZONE 'UTC')
date_trunc('day', tz AT TIME ZONE 'UTC')
extract(year from ts)
extract(epoch from (ts - created_at))
(extract(year from d)::int)
date_part('year', ts)
to_tsvector('english', x)
to_tsvector('english'::regconfig, v)
to_tsvector('simple', coalesce(x, '') || ' ' || coalesce(v, ''))
(to_tsvector('english', x) || to_tsvector('english', y))
(setweight(to_tsvector('simple', x), 'A') || setweight(to_tsvector('simple', v), 'B'))
to_tsvector('english', jb)
to_tsvector('english', regexp_replace((jb->'description')::text, '/', ' '))
md5(x)
md5(v)
(md5(x)::uuid)
left(x, 10)
substring(x, 1, 3)
substring(x from 1 for 3)
(substring(v from 1 for 3))
trim(x)
reverse(x)
split_part(v, '@', 2)
replace(v, '-', '')
regexp_replace(v, '[^0-9]', '', 'g')
length(x)
array_length(xs, 1)
(xs[1])
array_to_string(ns, ',')
abs(i)
round(n)
(n::int)
(x::int)
(v::text)
(x::varchar(10))
(st = 'active')
(v = 'a')
(v IN ('a', 'b'))
(i IN (1, 2))
(x = ANY (ARRAY['a', 'b']))
(x IS DISTINCT FROM y)
(nullif(x, ''))
nullif(v, '')
greatest(i, s)
shout(x)
shout(v)
other.twice(i)
(x COLLATE "C")
lower(x COLLATE "C")
(lower(x COLLATE "C"))
(j ->> 'a')
int4range(i, i + 1)
tsrange(ts, created_at)
(ip::text)
host(ip)
(h -> 'a')
(xs || 'a'::text)
(i::text || x)
((x IS NULL)::int)
(deleted_at IS NULL)
(i % 10)
(i::numeric / 2)
(concat_immutable)
hashtext(x)
(1)
encode(by, 'hex')
(by)
lower((x || 'a'))
upper(lower(v))
(length(x) > 3 AND b)
((x LIKE 'a%') IS TRUE)
`;

const PREDICATES = `
b
NOT b
b = true
b = false
b IS TRUE
b IS NOT TRUE
"primary"
"primary" = true
x IS NULL
x IS NOT NULL
deleted_at IS NULL
deleted_at IS NULL AND x IS NOT NULL
x IS NOT NULL AND y IS NOT NULL AND i > 0
x IS NULL OR y IS NULL
(x IS NULL OR y IS NULL) AND b
b AND (x IS NULL AND y IS NULL)
x IS NULL AND (i > 0 OR s > 0)
NOT (b AND b2)
v = 'a'
v <> 'a'
v = 'a' AND deleted_at IS NULL
v IN ('a', 'b')
v NOT IN ('a', 'b')
v = ANY (ARRAY['a', 'b'])
x = 'a'
x IN ('a', 'b')
x <> ''
i > 0
i IN (1, 2)
i = 1 OR i = 2
i BETWEEN 1 AND 10
s = 1
id = 5
n2 > 0
st = 'active'
st IN ('active', 'gone')
st <> 'gone'
st = ANY (ARRAY['active'::status, 'gone'::status])
st NOT IN ('active', 'gone') AND deleted_at IS NULL
ct = 'a'
em = 'a'
jb ? 'a'
jb ->> 'a' IS NOT NULL
(jb ->> 'a') = 'b'
(jb ->> 'a')::boolean
(jb ->> 'a')::boolean IS TRUE
jb @> '{"a": 1}'
jb -> 'a' IS NOT NULL
jb != '{}'
xs <> '{}'
array_length(xs, 1) > 0
cardinality(xs) > 0
'a' = ANY (xs)
length(x) > 3
lower(v) = 'a'
v LIKE 'a%'
v !~ 'a'
coalesce(b, false)
coalesce(x, '') <> ''
x IS DISTINCT FROM y
x IS NOT DISTINCT FROM y
u = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'
u IS NOT NULL AND x IS NULL
ts > '2020-01-01'
ts IS NULL OR ts > '2020-01-01 00:00:00'
d > '2020-01-01'::date
ts < created_at
i + s * 2 > 3
(i + s) * 2 > 3
i - (s - 1) > 0
i % 2 = 0
-i > 3
i::bigint > 3
v::text = 'a'
(i > 0) = b
(x IS NULL) = b
CASE WHEN b THEN true ELSE false END
CASE WHEN b THEN i ELSE s END = 1
NOT (x IS NULL)
NOT x IS NULL
NOT i = 1
NOT (i = 1 OR b)
i <> 0 AND NOT b OR b2
date_trunc('day', ts) = ts
extract(year from ts) = 2020
(ts AT TIME ZONE 'utc') > '2020-01-01 00:00:00+00'
tz AT TIME ZONE 'utc' > ts
k = 'b c'
md = 'sad'
i IS NOT NULL AND (s IS NOT NULL OR (n IS NOT NULL AND f > 0))
x || v = 'a'
nullif(x, '') IS NOT NULL
shout(v) = 'A'
"order" > 0
`;

const GENERATED = `
integer        i + 1
integer        i * s
bigint         i * 2
numeric(10,2)  n2 * 1.19
text           lower(x)
text           lower(v)
text           x || ' ' || y
varchar(255)   x || v
text           coalesce(x, '') || coalesce(v, '')
boolean        x IS NOT NULL
boolean        strpos(split_part(v, '+', 1), '-') = 0
tsvector       to_tsvector('english', x)
tsvector       to_tsvector('english', coalesce(x, '') || ' ' || coalesce(v, ''))
tsvector       setweight(to_tsvector('english', coalesce(x, '')), 'A') || setweight(to_tsvector('english', coalesce(y, '')), 'B')
text           jb ->> 'a'
integer        (jb ->> 'a')::int
text           CASE WHEN b THEN 'yes' ELSE 'no' END
text           md5(x)
uuid           md5(x)::uuid
date           ts::date
integer        length(v)
text           shout(v)
double precision extract(epoch from ts)
integer        extract(year from ts)
text           substring(v from 1 for 3)
boolean        i > 0 AND b
integer        array_length(xs, 1)
text           encode(by, 'hex')
timestamp      tz AT TIME ZONE 'utc'
numeric        i::numeric / 3
text           upper(left(x, 1))
`;

function typed(use: ExpressionUse, text: string): readonly DeparseCase[] {
  return lines(text).map((line) => {
    const [, type = '', sql = ''] = /^(double precision|\S+)\s+(.*)$/.exec(line) ?? [];
    return { use, type, sql };
  });
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

export const DEPARSE_CASES: readonly DeparseCase[] = [
  ...typed('default', DEFAULTS),
  ...typed('generated', GENERATED),
  ...lines(CHECKS).map((sql): DeparseCase => ({ use: 'check', type: '', sql })),
  ...lines(INDEXES).map((sql): DeparseCase => ({ use: 'index', type: '', sql })),
  ...lines(PREDICATES).map((sql): DeparseCase => ({ use: 'predicate', type: '', sql })),
];
