// Names of errors that EXCEPTION catches: https://www.postgresql.org/docs/current/errcodes-appendix.html

const CODES: Readonly<Record<string, string>> = {
  syntax_error_or_access_rule_violation: '42000',
  syntax_error: '42601',
  insufficient_privilege: '42501',
  duplicate_alias: '42712',
  duplicate_column: '42701',
  duplicate_database: '42P04',
  duplicate_function: '42723',
  duplicate_object: '42710',
  duplicate_schema: '42P06',
  duplicate_table: '42P07',
  undefined_column: '42703',
  undefined_function: '42883',
  undefined_object: '42704',
  undefined_parameter: '42P02',
  undefined_table: '42P01',
  invalid_column_definition: '42611',
  invalid_column_reference: '42P10',
  invalid_foreign_key: '42830',
  invalid_function_definition: '42P13',
  invalid_name: '42602',
  invalid_object_definition: '42P17',
  invalid_schema_definition: '42P15',
  invalid_table_definition: '42P16',
  wrong_object_type: '42809',
  reserved_name: '42939',
  datatype_mismatch: '42804',
  cannot_coerce: '42846',
  invalid_schema_name: '3F000',
  dependent_privilege_descriptors_still_exist: '2B000',
  dependent_objects_still_exist: '2BP01',
  feature_not_supported: '0A000',
  object_not_in_prerequisite_state: '55000',
  object_in_use: '55006',
  lock_not_available: '55P03',
  integrity_constraint_violation: '23000',
  restrict_violation: '23001',
  not_null_violation: '23502',
  foreign_key_violation: '23503',
  unique_violation: '23505',
  check_violation: '23514',
  exclusion_violation: '23P01',
  undefined_file: '58P01',
  raise_exception: 'P0001',
  no_data_found: 'P0002',
  too_many_rows: 'P0003',
  assert_failure: 'P0004',
  query_canceled: '57014',
};

export function codeOf(condition: string): string {
  return CODES[condition] ?? condition.toUpperCase();
}

/** Whether EXCEPTION WHEN with these conditions catches an error of that code. A name of a class catches all of the class. */
export function catches(conditions: readonly string[], code: string): boolean {
  return conditions.some((condition) => {
    if (condition === 'others') return code !== CODES.query_canceled && code !== CODES.assert_failure;
    const own = codeOf(condition);
    return own === code || (own.endsWith('000') && own.slice(0, 2) === code.slice(0, 2));
  });
}
