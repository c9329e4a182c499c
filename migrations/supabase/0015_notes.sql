-- Notes on restaurants; and who decided last about what, for whoever decided otherwise without a network.

alter table public.restaurants
  add column if not exists note text, add column if not exists note_by text, add column if not exists note_at timestamptz;
alter table public.restaurants add constraint restaurants_note_length check (pg_catalog.char_length(note) <= 1000);
grant select (note, note_by, note_at) on public.restaurants to authenticated;

create or replace function private.save_restaurant(p_organisation uuid, p_write jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_row public.restaurants := pg_catalog.jsonb_populate_record(null::public.restaurants, p_write -> 'row');
  v_has_note boolean := p_write -> 'row' ? 'note';
begin
  if p_write ->> 'expected' is null then
    insert into public.restaurants (id, organisation_id,
      name, slug, address, city, email, phone, cuisine, opening_hours, website_url, ubereats_url, doordash_url, facebook_url,
      instagram_url, contact_name, contact_email, contact_phone, user_email, subdomain, theme, primary_color, secondary_color,
      header_images, logos, company_name, company_number, nzbn, gst_number, full_legal_name, additional_contacts_metadata,
      onboarding_status, lead_key, note, note_by, note_at)
    values (v_row.id, p_organisation,
      v_row.name, v_row.slug, v_row.address, v_row.city, v_row.email, v_row.phone, v_row.cuisine, v_row.opening_hours,
      v_row.website_url, v_row.ubereats_url, v_row.doordash_url, v_row.facebook_url, v_row.instagram_url, v_row.contact_name,
      v_row.contact_email, v_row.contact_phone, v_row.user_email, v_row.subdomain, v_row.theme, v_row.primary_color,
      v_row.secondary_color, v_row.header_images, v_row.logos, v_row.company_name, v_row.company_number, v_row.nzbn,
      v_row.gst_number, v_row.full_legal_name, v_row.additional_contacts_metadata, v_row.onboarding_status, v_row.lead_key,
      v_row.note, v_row.note_by, v_row.note_at);
    return;
  end if;
  update public.restaurants r set
    name = v_row.name, slug = v_row.slug, address = v_row.address, city = v_row.city, email = v_row.email, phone = v_row.phone,
    cuisine = v_row.cuisine, opening_hours = v_row.opening_hours, website_url = v_row.website_url,
    ubereats_url = v_row.ubereats_url, doordash_url = v_row.doordash_url, facebook_url = v_row.facebook_url,
    instagram_url = v_row.instagram_url, contact_name = v_row.contact_name, contact_email = v_row.contact_email,
    contact_phone = v_row.contact_phone, user_email = v_row.user_email, subdomain = v_row.subdomain, theme = v_row.theme,
    primary_color = v_row.primary_color, secondary_color = v_row.secondary_color, header_images = v_row.header_images,
    logos = v_row.logos, company_name = v_row.company_name, company_number = v_row.company_number, nzbn = v_row.nzbn,
    gst_number = v_row.gst_number, full_legal_name = v_row.full_legal_name,
    additional_contacts_metadata = v_row.additional_contacts_metadata, onboarding_status = v_row.onboarding_status,
    lead_key = v_row.lead_key,
    -- A program that does not know of notes sends none, and takes none away.
    note = case when v_has_note then v_row.note else r.note end,
    note_by = case when v_has_note then v_row.note_by else r.note_by end,
    note_at = case when v_has_note then v_row.note_at else r.note_at end
  where r.id = v_row.id and r.organisation_id = p_organisation and r.deleted_at is null
    and r.version = (p_write ->> 'expected')::bigint;
  if not found then
    perform private.does_not_fit('restaurant');
  end if;
end $$;

create or replace function private.synced_rows(p_organisation uuid, p_table int, p_ids uuid[])
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
          r.additional_contacts_metadata, r.note, r.note_by, r.note_at) found
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

-- What a mutation wrote comes back with its answer: a restaurant that was written without its registration as well.
create or replace function private.rows_of_writes(p_organisation uuid, p_writes jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.rows_around(p_organisation,
    array(select distinct coalesce(w.value ->> 'job_id', case when w.value ->> 'kind' = 'save_job' then w.value ->> 'id' end)::uuid
            from pg_catalog.jsonb_array_elements(p_writes) w
           where w.value ? 'job_id' or w.value ->> 'kind' = 'save_job'),
    array(select (w.value ->> 'id')::uuid from pg_catalog.jsonb_array_elements(p_writes) w where w.value ->> 'kind' = 'save_batch'))
  || private.synced_json(p_organisation, 1,
    array(select (w.value #>> '{row,id}')::uuid from pg_catalog.jsonb_array_elements(p_writes) w where w.value ->> 'kind' = 'save_restaurant'))
$$;

-- What is kept of an intent beside its checksum. What was applied before has nothing of it.
alter table public.applied_mutations
  add column kind text, add column entity_id text, add column part text, add column decided_by text;
create index applied_mutations_entity_idx on public.applied_mutations (organisation_id, entity_id, applied_at);

create or replace function private.apply_mutation(p_organisation uuid, p_mutation_id text, p_intent text, p_schema int, p_writes jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_write jsonb;
  v_answer jsonb;
  v_known public.applied_mutations;
  v_detail text;
  v_oldest int;
  v_intent jsonb := '{}';
  v_sha256 text := pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(p_intent, 'UTF8')), 'hex');
begin
  perform private.require_member(p_organisation);
  select m.min_client_schema into v_oldest from public.sync_meta m where m.organisation_id = p_organisation;
  if p_schema < v_oldest then
    return pg_catalog.jsonb_build_object('status', 'client_too_old', 'min', v_oldest);
  end if;
  begin
    v_intent := p_intent::jsonb;
  exception when data_exception then
    -- It says nothing about who decided what, and counts all the same.
    null;
  end;
  -- Whoever sends the same mutation meanwhile waits here for the first one's answer.
  insert into public.applied_mutations (organisation_id, mutation_id, user_id, body_sha256, kind, entity_id, part, decided_by)
  values (p_organisation, p_mutation_id, auth.uid(), v_sha256, v_intent ->> 'kind', v_intent ->> 'entity_id',
    v_intent #>> '{args,key}', v_intent ->> 'decided_by') on conflict do nothing;
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

-- Members hear of members of the same organisation only.
create function private.decided_last(p_organisation uuid, p_entity text, p_kinds text[], p_part text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_member(p_organisation);
  return (select pg_catalog.jsonb_build_object('kind', a.kind, 'person', coalesce(nullif(a.decided_by, ''), u.email, ''), 'at', a.applied_at)
            from public.applied_mutations a
            left join auth.users u on u.id = a.user_id
           where a.organisation_id = p_organisation and a.entity_id = p_entity and a.kind = any (p_kinds)
             and a.part is not distinct from p_part and a.answer ->> 'status' = 'applied'
           order by a.applied_at desc limit 1);
end $$;
create function public.decided_last(p_organisation uuid, p_entity text, p_kinds text[], p_part text) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select private.decided_last(p_organisation, p_entity, p_kinds, p_part)
$$;
revoke execute on function private.decided_last(uuid, text, text[], text) from public, anon;
grant execute on function private.decided_last(uuid, text, text[], text) to authenticated;
revoke execute on function public.decided_last(uuid, text, text[], text) from public, anon;
grant execute on function public.decided_last(uuid, text, text[], text) to authenticated;

alter table public.sync_meta alter column schema_version set default 5;
update public.sync_meta set schema_version = 5;
