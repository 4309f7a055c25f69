-- Rows of all sites to Parquet, in one command, from the folder that holds `sites/`:
--
--     duckdb < docs/fleet/load.sql
--
-- Every file below `sites/` is the output of one `mtmlog analyze --all --format ndjson --label site=ID`, gzipped or not.
-- A log that was sent twice, or once more after it had grown, counts once: `tx_id` stays the same.

create or replace view rows as select * from read_json('sites/**/*.ndjson*', format = 'newline_delimited', filename = true, columns = {
  record: 'varchar', site: 'varchar', file: 'varchar',
  -- mails
  tx_id: 'varchar', session: 'ubigint', "index": 'ubigint', line_first: 'ubigint', line_last: 'ubigint', byte_first: 'ubigint',
  started_at: 'varchar', ended_at: 'varchar', dialect: 'varchar', server_host: 'varchar', server_port: 'usmallint', tls: 'varchar',
  auth_mechanism: 'varchar', auth_user_shape: 'varchar', mail_from: 'varchar',
  recipients: 'struct(address varchar, accepted boolean, reply_code usmallint)[]', rcpt_total: 'uinteger', rcpt_accepted: 'uinteger',
  message_bytes: 'ubigint', has_attachment: 'boolean', outcome: 'varchar', stage: 'varchar', reply_code: 'usmallint',
  enhanced_code: 'varchar', reply_text: 'varchar', reply_template: 'varchar', cause: 'varchar', confidence: 'varchar',
  -- logs
  bytes: 'ubigint', lines: 'ubigint', lines_unknown: 'ubigint', skipped: 'boolean', transactions: 'ubigint', sent: 'ubigint',
  failed: 'ubigint', error: 'varchar', first_time: 'varchar', last_time: 'varchar',
  -- findings
  finding: 'varchar', severity: 'varchar', title: 'varchar', count: 'ubigint', files: 'ubigint'
});

copy (
  select site, file, tx_id, session, "index", line_first, line_last, byte_first, started_at, ended_at, dialect, server_host,
    server_port, tls, auth_mechanism, auth_user_shape, mail_from, recipients, rcpt_total, rcpt_accepted, message_bytes,
    has_attachment, outcome, stage, reply_code, enhanced_code, reply_text, reply_template, cause, confidence
  from rows where record = 'transaction'
  qualify row_number() over (partition by site, tx_id order by filename desc) = 1
) to 'mails.parquet' (format parquet, compression zstd);

copy (
  select site, file, bytes, lines, lines_unknown, dialect, skipped, transactions, sent, failed, first_time, last_time, error
  from rows where record = 'file'
  qualify row_number() over (partition by site, file order by filename desc) = 1
) to 'logs.parquet' (format parquet, compression zstd);

copy (
  select site, finding, cause, severity, title, count, files, first_time, last_time
  from rows where record = 'finding'
  qualify row_number() over (partition by site, finding order by filename desc) = 1
) to 'findings.parquet' (format parquet, compression zstd);
