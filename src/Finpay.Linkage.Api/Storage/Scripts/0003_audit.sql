-- Who did what to which reference, when. Only ever inserted into. An id of version 7 orders as (at, id) does.
CREATE TABLE audit (
  id text NOT NULL PRIMARY KEY,
  at bigint NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  partner_reference_no text
);
CREATE INDEX audit_by_reference ON audit (partner_reference_no, id);
