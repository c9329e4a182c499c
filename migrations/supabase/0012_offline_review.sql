-- Review that goes on without a network: rows for a desktop's cache, a person's intents applied once, and what shows a divergence.

alter table public.sync_meta
  add column membership_rev bigint not null default 0,
  add column min_client_schema int not null default 1;
grant select (membership_rev, min_client_schema) on public.sync_meta to authenticated;
alter table public.sync_meta alter column schema_version set default 2;
update public.sync_meta set schema_version = 2;

-- Whoever joins or leaves makes every desktop look at what it may see.
create function private.note_membership() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  update public.sync_meta m set membership_rev = m.membership_rev + 1
   where m.organisation_id in (coalesce(new.organisation_id, old.organisation_id), coalesce(old.organisation_id, new.organisation_id));
  return null;
end $$;
create trigger note_membership after insert or update or delete on public.organisation_members
  for each row execute function private.note_membership();

-- Rows of one synced table by key, as the program reads them. Named columns: what the original left in clear is not among them.
-- Tables: 1 restaurants, 2 batches, 3 jobs with their steps and sealed secrets, 4 candidates, 5 decisions.
create function private.synced_rows(p_organisation uuid, p_table int, p_ids uuid[])
returns table (id uuid, x xid8, v bigint, d boolean, row_values jsonb)
language plpgsql stable security invoker set search_path = '' as $$
#variable_conflict use_column
begin
  case p_table
    when 1 then return query
      select r.id, r.row_xid, r.version, r.deleted_at is not null, pg_catalog.to_jsonb(found)
        from public.restaurants r
        cross join lateral (select r.id, r.organisation_id, r.version, r.name, r.slug, r.address, r.city, r.email, r.phone, r.website_url,
          r.ubereats_url, r.doordash_url, r.facebook_url, r.instagram_url, r.contact_name, r.contact_email, r.contact_phone, r.user_email,
          r.subdomain, r.theme, r.primary_color, r.secondary_color, r.company_name, r.company_number, r.nzbn, r.gst_number,
          r.full_legal_name, r.onboarding_status, r.lead_key, r.cuisine, r.opening_hours, r.header_images, r.logos,
          r.additional_contacts_metadata) found
       where r.organisation_id = p_organisation and r.id = any (p_ids);
    when 2 then return query
      select b.id, b.row_xid, b.version, b.deleted_at is not null, pg_catalog.to_jsonb(found)
        from public.registration_batch_jobs b
        cross join lateral (select b.id, b.organisation_id, b.name, b.execution_mode, b.settings, b.version, b.created_at, b.started_at,
          b.cancelled_at) found
       where b.organisation_id = p_organisation and b.id = any (p_ids);
    when 3 then return query
      select j.id, j.row_xid, j.version, j.deleted_at is not null, pg_catalog.to_jsonb(found)
        from public.registration_jobs j
        cross join lateral (select j.id, j.batch_job_id, j.restaurant_id, j.organisation_id, j.status, j.version, j.execution_config,
          j.error_code, j.error_message, j.created_at, j.started_at, j.completed_at, j.cancelled_at, j.position,
          (select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('step_number', s.step_number, 'status', s.status,
              'attempt', s.attempt, 'retry_count', s.retry_count, 'sub_step_progress', s.sub_step_progress, 'started_at', s.started_at,
              'completed_at', s.completed_at, 'next_attempt_at', s.next_attempt_at, 'duration_ms', s.duration_ms,
              'error_code', s.error_code, 'error_message', s.error_message, 'result_data', s.result_data) order by s.step_number), '[]')
             from public.registration_job_steps s where s.job_id = j.id) as steps,
          -- Who works offline must be able to look at the passwords of a configuration that is still open.
          (select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('id', e.id, 'field', e.field, 'key_version', e.key_version,
              'nonce', pg_catalog.encode(e.nonce, 'base64'), 'ciphertext', pg_catalog.encode(e.ciphertext, 'base64'))), '[]')
             from public.execution_secrets e
            where e.job_id = j.id and j.current_step <= 5 and pg_catalog.strpos(j.execution_config::text, e.id::text) > 0) as secrets) found
       where j.organisation_id = p_organisation and j.id = any (p_ids);
    when 4 then return query
      select c.id, c.row_xid, c.version, c.deleted_at is not null or c.registration_job_id is null, pg_catalog.to_jsonb(found)
        from public.companies_office_search_candidates c
        cross join lateral (select c.registration_job_id, c.search_queries, c.combined_results, c.searched_at) found
       where c.organisation_id = p_organisation and c.id = any (p_ids);
    else return query
      select e.id, e.row_xid, e.version, e.deleted_at is not null, pg_catalog.to_jsonb(found)
        from public.decisions e
        cross join lateral (select e.id, e.job_id, e.kind, e.decided_by, e.decided_at, e.data) found
       where e.organisation_id = p_organisation and e.id = any (p_ids);
  end case;
end $$;

create function private.synced_json(p_organisation uuid, p_table int, p_ids uuid[]) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('t', p_table, 'id', f.id, 'x', f.x::text, 'v', f.v, 'd', f.d,
      'row', case when f.d then null else f.row_values end)), '[]')
    from private.synced_rows(p_organisation, p_table, p_ids) f
$$;

-- The newest rows of some jobs with all that a decision on them is made from, and of some batches.
create function private.rows_around(p_organisation uuid, p_jobs uuid[], p_batches uuid[]) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select private.synced_json(p_organisation, 1, array(select j.restaurant_id from public.registration_jobs j
           where j.organisation_id = p_organisation and j.id = any (p_jobs)))
      || private.synced_json(p_organisation, 2, p_batches)
      || private.synced_json(p_organisation, 3, p_jobs)
      || private.synced_json(p_organisation, 4, array(select c.id from public.companies_office_search_candidates c
           where c.organisation_id = p_organisation and c.registration_job_id = any (p_jobs)))
      || private.synced_json(p_organisation, 5, array(select e.id from public.decisions e
           where e.organisation_id = p_organisation and e.job_id = any (p_jobs)))
$$;
create function public.current_rows(p_organisation uuid, p_jobs uuid[], p_batches uuid[]) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select private.rows_around(p_organisation,
    p_jobs || array(select j.id from public.registration_jobs j
                     where j.organisation_id = p_organisation and j.batch_job_id = any (p_batches) and j.deleted_at is null), p_batches)
$$;

-- Like pull_changes, with the rows. A cursor is kept until its page lies in the cache.
create function public.pull_rows(p_organisation uuid, p_epoch uuid, p_xid text, p_table int, p_id text, p_limit int)
returns jsonb language plpgsql stable security invoker set search_path = '' as $$
declare
  v_meta public.sync_meta;
  v_horizon xid8 := pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot());
  v_from xid8 := coalesce(nullif(p_xid, ''), '0')::xid8;
  v_table int := coalesce(p_table, 0);
  v_id uuid := coalesce(nullif(p_id, ''), '00000000-0000-0000-0000-000000000000')::uuid;
  v_limit int := least(greatest(p_limit, 1), 1000);
  v_keys jsonb;
  v_rows jsonb;
begin
  select m.* into v_meta from public.sync_meta m where m.organisation_id = p_organisation;
  if not found then
    return '{"status": "revoked"}';
  end if;
  -- A cursor from after the present end is of a time that a restored database does not know, whoever forgot to change the epoch.
  if p_epoch is not null and (p_epoch <> v_meta.epoch or v_from > v_horizon) then
    return pg_catalog.jsonb_build_object('status', 'resync', 'epoch', v_meta.epoch);
  end if;
  select coalesce(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(page) order by page.x, page.t, page.id), '[]') into v_keys from (
    select * from (
      (select r.row_xid as x, 1 as t, r.id from public.restaurants r
        where r.organisation_id = p_organisation and r.row_xid >= v_from and r.row_xid < v_horizon
          and (r.row_xid, 1, r.id) > (v_from, v_table, v_id) order by r.row_xid, r.id limit v_limit)
      union all
      (select b.row_xid, 2, b.id from public.registration_batch_jobs b
        where b.organisation_id = p_organisation and b.row_xid >= v_from and b.row_xid < v_horizon
          and (b.row_xid, 2, b.id) > (v_from, v_table, v_id) order by b.row_xid, b.id limit v_limit)
      union all
      (select j.row_xid, 3, j.id from public.registration_jobs j
        where j.organisation_id = p_organisation and j.row_xid >= v_from and j.row_xid < v_horizon
          and (j.row_xid, 3, j.id) > (v_from, v_table, v_id) order by j.row_xid, j.id limit v_limit)
      union all
      (select c.row_xid, 4, c.id from public.companies_office_search_candidates c
        where c.organisation_id = p_organisation and c.row_xid >= v_from and c.row_xid < v_horizon
          and (c.row_xid, 4, c.id) > (v_from, v_table, v_id) order by c.row_xid, c.id limit v_limit)
      union all
      (select e.row_xid, 5, e.id from public.decisions e
        where e.organisation_id = p_organisation and e.row_xid >= v_from and e.row_xid < v_horizon
          and (e.row_xid, 5, e.id) > (v_from, v_table, v_id) order by e.row_xid, e.id limit v_limit)
      ) changed order by changed.x, changed.t, changed.id limit v_limit) page;
  select coalesce(pg_catalog.jsonb_agg(each.value), '[]') into v_rows
    from pg_catalog.generate_series(1, 5) as kind (t),
      lateral pg_catalog.jsonb_array_elements(private.synced_json(p_organisation, kind.t,
        array(select (k.value ->> 'id')::uuid from pg_catalog.jsonb_array_elements(v_keys) k where (k.value ->> 't')::int = kind.t))) each;
  return pg_catalog.jsonb_build_object('status', 'ok', 'epoch', v_meta.epoch, 'membership_rev', v_meta.membership_rev,
    'min_client_schema', v_meta.min_client_schema, 'rows', v_rows, 'more', pg_catalog.jsonb_array_length(v_keys) >= v_limit,
    'xid', coalesce(v_keys -> -1 ->> 'x', v_from::text), 'table', coalesce((v_keys -> -1 ->> 't')::int, v_table),
    'id', coalesce(v_keys -> -1 ->> 'id', p_id, ''), 'now', pg_catalog.clock_timestamp());
end $$;

-- A person's intent, applied once. Unlike a change set it is known by what the person did, not by the rows it was decided on: those
-- may be decided again (`stale` keeps nothing) until one answer is given, which is then given for ever.
create function private.apply_mutation(p_organisation uuid, p_mutation_id text, p_intent text, p_schema int, p_writes jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_write jsonb;
  v_answer jsonb;
  v_known public.applied_mutations;
  v_detail text;
  v_oldest int;
  v_sha256 text := pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(p_intent, 'UTF8')), 'hex');
begin
  perform private.require_member(p_organisation);
  select m.min_client_schema into v_oldest from public.sync_meta m where m.organisation_id = p_organisation;
  if p_schema < v_oldest then
    return pg_catalog.jsonb_build_object('status', 'client_too_old', 'min', v_oldest);
  end if;
  -- Whoever sends the same mutation meanwhile waits here for the first one's answer.
  insert into public.applied_mutations (organisation_id, mutation_id, user_id, body_sha256)
  values (p_organisation, p_mutation_id, auth.uid(), v_sha256) on conflict do nothing;
  if not found then
    select a.* into v_known from public.applied_mutations a where a.organisation_id = p_organisation and a.mutation_id = p_mutation_id;
    if v_known.body_sha256 <> v_sha256 or v_known.user_id <> auth.uid() then
      raise exception 'MUTATION_ID_REUSED' using errcode = '23505';
    end if;
    return v_known.answer || pg_catalog.jsonb_build_object('duplicate', true, 'rows', private.rows_of_writes(p_organisation, p_writes));
  end if;
  begin
    for v_write in select value from pg_catalog.jsonb_array_elements(p_writes) loop
      perform private.apply_write(p_organisation, v_write, null);
    end loop;
    v_answer := '{"status": "applied"}';
  exception
    when sqlstate 'RB001' or unique_violation then v_answer := '{"status": "stale"}';
    when sqlstate 'RB003' then
      get stacked diagnostics v_detail = pg_exception_detail;
      v_answer := pg_catalog.jsonb_build_object('status', 'refused', 'code', sqlerrm, 'detail', v_detail::jsonb);
    when check_violation then
      get stacked diagnostics v_detail = pg_exception_detail;
      v_answer := pg_catalog.jsonb_build_object('status', 'refused', 'code', sqlerrm, 'detail', pg_catalog.jsonb_build_object('why', v_detail));
  end;
  if v_answer ->> 'status' = 'stale' then
    delete from public.applied_mutations a where a.organisation_id = p_organisation and a.mutation_id = p_mutation_id;
  else
    update public.applied_mutations a set answer = v_answer
     where a.organisation_id = p_organisation and a.mutation_id = p_mutation_id;
  end if;
  return v_answer || pg_catalog.jsonb_build_object('rows', private.rows_of_writes(p_organisation, p_writes));
end $$;

create function private.rows_of_writes(p_organisation uuid, p_writes jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.rows_around(p_organisation,
    array(select distinct coalesce(w.value ->> 'job_id', case when w.value ->> 'kind' = 'save_job' then w.value ->> 'id' end)::uuid
            from pg_catalog.jsonb_array_elements(p_writes) w
           where w.value ? 'job_id' or w.value ->> 'kind' = 'save_job'),
    array(select (w.value ->> 'id')::uuid from pg_catalog.jsonb_array_elements(p_writes) w where w.value ->> 'kind' = 'save_batch'))
$$;

create function public.apply_mutation(p_organisation uuid, p_mutation_id text, p_intent text, p_schema int, p_writes jsonb)
returns jsonb language sql security invoker set search_path = '' as $$
  select private.apply_mutation(p_organisation, p_mutation_id, p_intent, p_schema, p_writes)
$$;

-- Count and checksum of each synced table, of rows that every reader has seen; `unsettled`: written by transactions that may still be
-- on their way, which makes the comparison worth nothing this time.
create function public.sync_digest(p_organisation uuid) returns jsonb language plpgsql stable security invoker set search_path = '' as $$
declare
  v_horizon xid8 := pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot());
  v_answer jsonb;
begin
  perform private.require_member(p_organisation);
  select pg_catalog.jsonb_build_object('epoch', (select m.epoch from public.sync_meta m where m.organisation_id = p_organisation),
      'unsettled', coalesce(sum(case when found.x >= v_horizon then 1 else 0 end), 0),
      'count', count(*) filter (where not found.d),
      'sum', coalesce(sum(('x' || pg_catalog.substr(pg_catalog.md5(found.t || ':' || found.id || ':' || found.v), 1, 8))::bit(32)::bigint)
        filter (where not found.d), 0))
    into v_answer
    from (select 1 as t, r.id, r.version as v, r.row_xid as x, r.deleted_at is not null as d from public.restaurants r
           where r.organisation_id = p_organisation
          union all select 2, b.id, b.version, b.row_xid, b.deleted_at is not null from public.registration_batch_jobs b
           where b.organisation_id = p_organisation
          union all select 3, j.id, j.version, j.row_xid, j.deleted_at is not null from public.registration_jobs j
           where j.organisation_id = p_organisation
          union all select 4, c.id, c.version, c.row_xid, c.deleted_at is not null or c.registration_job_id is null
            from public.companies_office_search_candidates c where c.organisation_id = p_organisation
          union all select 5, e.id, e.version, e.row_xid, e.deleted_at is not null from public.decisions e
           where e.organisation_id = p_organisation) found;
  return v_answer;
end $$;

revoke execute on all functions in schema private from public, anon;
revoke execute on function private.note_membership(), private.rows_of_writes(uuid, jsonb) from authenticated;
grant execute on function private.synced_rows(uuid, int, uuid[]), private.synced_json(uuid, int, uuid[]),
  private.rows_around(uuid, uuid[], uuid[]), private.apply_mutation(uuid, text, text, int, jsonb) to authenticated;
revoke execute on function public.current_rows(uuid, uuid[], uuid[]), public.pull_rows(uuid, uuid, text, int, text, int),
  public.apply_mutation(uuid, text, text, int, jsonb), public.sync_digest(uuid) from public, anon;
grant execute on function public.current_rows(uuid, uuid[], uuid[]), public.pull_rows(uuid, uuid, text, int, text, int),
  public.apply_mutation(uuid, text, text, int, jsonb), public.sync_digest(uuid) to authenticated;
