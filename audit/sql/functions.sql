-- The functions that write the trail. They belong to the owner and run with the owner's rights (SECURITY DEFINER),
-- while the application's role has no right to write the tables: it can add an event through audit_record(), whose
-- time and transaction are the database's own, and nothing more. Whose event it is (the force of the case, else the
-- organisation of the actor, else of the suggestion or the site) is looked up here too: which force's auditor sees it
-- is not the application's to say.

SET LOCAL check_function_bodies = off; -- the tables may come later than the functions

-- Adds one event, and gives back its number. (The first release's function gave nothing back.)
DO $$ BEGIN
    IF (SELECT prorettype FROM pg_proc WHERE oid = to_regprocedure(
            'audit_record(text, text, uuid, text, uuid, jsonb, jsonb, text, inet)')) = 'void'::regtype THEN
        DROP FUNCTION audit_record(text, text, uuid, text, uuid, jsonb, jsonb, text, inet);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION audit_record(
    act text, kind text, actor uuid, actor_name text, case_id uuid, ids jsonb, data jsonb, request_id text, ip inet
) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO audit_event (txid, at, act, kind, actor, actor_name, "case", ids, data, request_id, ip, organisation)
    VALUES (pg_current_xact_id()::text::bigint, clock_timestamp(), act, kind, actor, actor_name, case_id,
            ids, data, request_id, ip,
            coalesce((SELECT r.force_id FROM referrals_referral r WHERE r.id = case_id),
                     (SELECT u.organisation_id FROM accounts_user u WHERE u.id = actor),
                     CASE split_part(kind, '.', 1)
                         WHEN 'nomination' THEN
                             (SELECT n.force_id FROM placements_nomination n WHERE n.id = (ids ->> 0)::uuid)
                         WHEN 'site' THEN
                             (SELECT s.provider_id FROM placements_site s WHERE s.id = (ids ->> 0)::uuid)
                     END))
    RETURNING id
$$;

-- Attached to every table that holds case data; its argument names the primary key.
CREATE OR REPLACE FUNCTION audit_track_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    -- Never kept: secrets, and who suggested work, what was answered to them and what the mail server said of it. They
    -- are no subjects of the scheme, and are forgotten.
    secret constant text[] := CASE TG_TABLE_NAME
        WHEN 'placements_nomination' THEN '{from_name,from_email,answer,error}'::text[]
        ELSE '{password,last_login}'::text[] END;
    was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - secret END;
    became jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - secret END;
    whole jsonb := coalesce(became, was);
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(a.key, a.value), jsonb_object_agg(b.key, b.value) INTO was, became
        FROM jsonb_each(was) a JOIN jsonb_each(became) b USING (key) WHERE a.value IS DISTINCT FROM b.value;
        IF became IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    INSERT INTO audit_change (txid, at, "table", "row", "case", op, old, new, db_role)
    VALUES (pg_current_xact_id()::text::bigint, clock_timestamp(), TG_TABLE_NAME, whole ->> TG_ARGV[0],
            CASE WHEN TG_TABLE_NAME = 'referrals_referral' THEN (whole ->> 'id')::uuid
                 ELSE (whole ->> 'case_id')::uuid END,
            lower(TG_OP), was, became, session_user);
    RETURN NULL;
END
$$;

-- Every entry of the finished transactions in [from_txid, to_txid), in the order that the seals use, with its hash.
-- The columns are named, so that a column added later does not break the seals before it.
CREATE OR REPLACE FUNCTION audit_leaves(from_txid bigint, to_txid bigint)
RETURNS TABLE (feed text, id bigint, leaf bytea)
LANGUAGE sql STABLE SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
    SELECT feed, id, sha256(convert_to(feed || content, 'UTF8')) FROM (
        SELECT 'event' AS feed, e.id, e.txid, jsonb_build_array(e.id, e.txid, e.at, e.act, e.kind, e.actor,
            e.actor_name, e."case", e.ids, e.data, e.request_id, e.ip, e.organisation)::text AS content
        FROM audit_event e
        WHERE e.txid >= from_txid AND e.txid < to_txid
        UNION ALL
        SELECT 'change', c.id, c.txid, jsonb_build_array(c.id, c.txid, c.at, c."table", c."row", c."case", c.op, c.old,
            c.new, c.db_role)::text
        FROM audit_change c
        WHERE c.txid >= from_txid AND c.txid < to_txid
    ) entry ORDER BY txid, feed, id
$$;

-- Seals what has finished since the last seal. Returns the number of entries sealed.
CREATE OR REPLACE FUNCTION audit_seal_finished() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    last audit_seal;
    upto bigint;
    sealed integer;
    joined bytea;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'Seal in a transaction that reads what is committed: an older snapshot would miss the last seal.';
    END IF;
    LOCK TABLE audit_seal IN SHARE ROW EXCLUSIVE MODE; -- one at a time; the application's role cannot hold this lock
    upto := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
    SELECT * INTO last FROM audit_seal ORDER BY id DESC LIMIT 1;
    IF upto < last.to_txid THEN
        RAISE EXCEPTION 'The transaction counter (%) is behind the last seal (%): see "Back up and restore" in docs/operations.md.',
            upto, last.to_txid;
    END IF;
    SELECT count(*), coalesce(string_agg(leaf, ''::bytea), ''::bytea) INTO sealed, joined
    FROM audit_leaves(coalesce(last.to_txid, 0), upto);
    IF sealed > 0 THEN
        INSERT INTO audit_seal (at, from_txid, to_txid, entries, leaves, digest)
        VALUES (clock_timestamp(), coalesce(last.to_txid, 0), upto, sealed, joined,
                sha256(coalesce(last.digest, ''::bytea) || joined));
    END IF;
    RETURN sealed;
END
$$;

REVOKE ALL ON FUNCTION audit_record(text, text, uuid, text, uuid, jsonb, jsonb, text, inet) FROM PUBLIC;
REVOKE ALL ON FUNCTION audit_track_row() FROM PUBLIC;
REVOKE ALL ON FUNCTION audit_leaves(bigint, bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION audit_seal_finished() FROM PUBLIC;
