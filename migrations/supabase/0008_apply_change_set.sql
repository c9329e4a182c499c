-- One change set: everything is written with its compare-and-swap, or nothing; the answer is kept under the mutation's id.

-- An intent needs the lease under which it is written; a true outcome is recorded whoever brings it, also late.
create function private.save_effect(p_organisation uuid, p_write jsonb, p_lease jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_row public.effects := pg_catalog.jsonb_populate_record(null::public.effects, p_write -> 'row');
  v_expected text := p_write ->> 'expected';
begin
  perform private.job_of_organisation(p_organisation, v_row.job_id);
  if v_row.state = 'intent' and (p_lease is null or v_row.token <> (p_lease ->> 'token')::bigint) then
    raise exception 'lease' using errcode = 'RB002';
  end if;
  if v_expected is null then
    insert into public.effects (organisation_id, job_id, name, generation, effect_class, state, idempotency_key, request_sha256, token,
      attempt, sent_at, provider_reference, result)
    values (p_organisation, v_row.job_id, v_row.name, v_row.generation, v_row.effect_class, v_row.state, v_row.idempotency_key,
      v_row.request_sha256, v_row.token, v_row.attempt, v_row.sent_at, v_row.provider_reference, coalesce(v_row.result, '{}'))
    on conflict do nothing;
  else
    update public.effects e set effect_class = v_row.effect_class, state = v_row.state, idempotency_key = v_row.idempotency_key,
      request_sha256 = v_row.request_sha256, token = v_row.token, attempt = v_row.attempt, sent_at = v_row.sent_at,
      provider_reference = v_row.provider_reference, result = coalesce(v_row.result, '{}')
    where e.job_id = v_row.job_id and e.name = v_row.name and e.generation = v_row.generation and e.state = v_expected;
  end if;
  if not found then
    perform private.does_not_fit('effect');
  end if;
end $$;

create function private.apply_write(p_organisation uuid, p_write jsonb, p_lease jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare v_job public.registration_jobs;
begin
  case p_write ->> 'kind'
    when 'save_job' then perform private.save_job(p_organisation, p_write);
    when 'save_effect' then perform private.save_effect(p_organisation, p_write, p_lease);
    when 'create_batch' then perform private.create_batch(p_organisation, p_write);
    when 'save_batch' then perform private.save_batch(p_organisation, p_write);
    when 'save_restaurant' then perform private.save_restaurant(p_organisation, p_write);
    when 'remove_restaurant' then perform private.remove_restaurant(p_organisation, (p_write ->> 'id')::uuid);
    when 'reserve_slot' then
      insert into public.spacing_slots as s (organisation_id, name, at)
      values (p_organisation, p_write ->> 'name', (p_write ->> 'at')::timestamptz)
      on conflict (organisation_id, name) do update set at = excluded.at
        where s.at = (p_write ->> 'expected')::timestamptz;
      if not found then
        perform private.does_not_fit('slot');
      end if;
    else
      v_job := private.job_of_organisation(p_organisation, (p_write ->> 'job_id')::uuid);
      case p_write ->> 'kind'
        when 'add_effect_event' then
          insert into public.effect_events (organisation_id, job_id, name, generation, kind, at, detail)
          values (p_organisation, v_job.id, p_write ->> 'name', (p_write ->> 'generation')::int, p_write ->> 'event',
            (p_write ->> 'at')::timestamptz, coalesce(p_write -> 'detail', '{}'));
        when 'add_decision' then
          insert into public.decisions (id, organisation_id, job_id, kind, decided_by, decided_at, data, recorded_by)
          values ((p_write ->> 'id')::uuid, p_organisation, v_job.id, p_write ->> 'decision', p_write ->> 'decided_by',
            (p_write ->> 'decided_at')::timestamptz, p_write -> 'data', auth.uid());
        when 'save_candidates' then
          insert into public.companies_office_search_candidates as c (restaurant_id, registration_job_id, organisation_id, search_queries,
            combined_results, candidate_count, searched_at, status)
          values (v_job.restaurant_id, v_job.id, p_organisation, p_write -> 'search_queries', p_write -> 'combined_results',
            pg_catalog.jsonb_array_length(p_write -> 'combined_results'), (p_write ->> 'searched_at')::timestamptz, 'awaiting_selection')
          on conflict (restaurant_id, registration_job_id) do update set search_queries = excluded.search_queries,
            combined_results = excluded.combined_results, candidate_count = excluded.candidate_count, searched_at = excluded.searched_at;
        when 'save_secret' then
          insert into public.execution_secrets as s (id, organisation_id, job_id, field, key_version, nonce, ciphertext)
          values ((p_write ->> 'id')::uuid, p_organisation, v_job.id, p_write ->> 'field', (p_write ->> 'key_version')::int,
            pg_catalog.decode(p_write ->> 'nonce', 'base64'), pg_catalog.decode(p_write ->> 'ciphertext', 'base64'))
          on conflict (id) do update set field = excluded.field, key_version = excluded.key_version, nonce = excluded.nonce,
            ciphertext = excluded.ciphertext where s.organisation_id = p_organisation and s.job_id = v_job.id;
          if not found then
            perform private.does_not_fit('secret');
          end if;
        else raise exception 'UNKNOWN_WRITE' using errcode = '22023', detail = p_write ->> 'kind';
      end case;
  end case;
end $$;

create function private.apply_change_set(p_organisation uuid, p_mutation_id text, p_writes jsonb, p_lease jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_write jsonb;
  v_answer jsonb;
  v_known public.applied_mutations;
  v_detail text;
  v_sha256 text := pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(p_writes::text || coalesce(p_lease::text, ''), 'UTF8')), 'hex');
begin
  perform private.require_member(p_organisation);
  -- Whoever sends the same mutation meanwhile waits here for the first one's answer.
  insert into public.applied_mutations (organisation_id, mutation_id, user_id, body_sha256)
  values (p_organisation, p_mutation_id, auth.uid(), v_sha256) on conflict do nothing;
  if not found then
    select * into v_known from public.applied_mutations a where a.organisation_id = p_organisation and a.mutation_id = p_mutation_id;
    if v_known.body_sha256 <> v_sha256 or v_known.user_id <> auth.uid() then
      raise exception 'MUTATION_ID_REUSED' using errcode = '23505';
    end if;
    return v_known.answer || '{"duplicate": true}';
  end if;
  begin
    if p_lease is not null then
      perform private.require_lease(p_organisation, p_lease);
    end if;
    for v_write in select value from pg_catalog.jsonb_array_elements(p_writes) loop
      perform private.apply_write(p_organisation, v_write, p_lease);
    end loop;
    v_answer := '{"status": "committed"}';
  exception
    when sqlstate 'RB001' then v_answer := pg_catalog.jsonb_build_object('status', 'conflict', 'what', sqlerrm);
    when sqlstate 'RB002' then v_answer := '{"status": "fenced"}';
    when sqlstate 'RB003' then
      get stacked diagnostics v_detail = pg_exception_detail;
      v_answer := pg_catalog.jsonb_build_object('status', 'refused', 'code', sqlerrm, 'detail', v_detail::jsonb);
    when unique_violation then v_answer := '{"status": "conflict", "what": "unique"}';
  end;
  update public.applied_mutations a set answer = v_answer
   where a.organisation_id = p_organisation and a.mutation_id = p_mutation_id;
  return v_answer;
end $$;
