import { rule, sql } from '../rule.js';

export default rule({
  id: 'server-file-or-program',
  severity: 'warning',
  docs: {
    what: 'SQL that reaches out of the database: a program that the server starts, a file of its disk, a connection that it opens.',
    why: "It needs the rights of a superuser or close to them, runs as the operating system's user of the server, and depends on what is on that machine. Whoever can change what it is given reads files or runs programs there.",
    instead:
      'Let a program outside read the file and send the rows: `\\copy`, COPY FROM STDIN, a foreign table with a user of its own.',
    unless:
      'Silent for COPY of a file by name, which is no program, and for what the body of a function does when it is called; said for each place.',
    references: [
      'https://www.postgresql.org/docs/current/sql-copy.html',
      'https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-GENFILE',
      'https://www.postgresql.org/docs/current/dblink.html',
    ],
  },
  examples: {
    bad: [
      sql`
        create table rates (day date, rate numeric);
        copy rates from program 'curl -s https://rates.example.com/today.csv' with (format csv);
                        ^^^^^^^ server-file-or-program
      `,
    ],
    good: [
      sql`
        create table rates (day date, rate numeric);
        insert into rates values ('2024-01-01', 1.1);
      `,
    ],
  },
  covers: ['dangerous-function'],
  on: ['migration'],

  *check({ steps }) {
    for (const step of steps) {
      const { operation } = step;
      for (const { what, span } of operation.outside ?? []) {
        yield {
          step,
          at: operation.inBody === true ? operation.keyword : span,
          message: `${reached(what)}, with the rights of the server. Let a program outside do it and send the rows.`,
        };
      }
    }
  },
});

function reached(what: string): string {
  if (what === 'program') return 'This starts a program on the machine of the server';
  if (what.startsWith('dblink')) return `${what} opens a connection from the server to another database`;
  return `${what} reads or writes a file on the machine of the server`;
}
