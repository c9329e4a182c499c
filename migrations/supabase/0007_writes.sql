-- The writes of a change set, one function each. They run only inside apply_change_set, which has checked the membership.
-- RB001 = what was decided on is not there any more; RB002 = the lease is not valid any more; RB003 = a rule refuses.

create function private.does_not_fit(p_what text) returns void language plpgsql set search_path = '' as $$
begin
  raise exception '%', p_what using errcode = 'RB001';
end $$;

create function private.job_of_organisation(p_organisation uuid, p_job uuid) returns public.registration_jobs
language plpgsql stable security definer set search_path = '' as $$
declare v_job public.registration_jobs;
begin
  select * into v_job from public.registration_jobs j where j.id = p_job and j.organisation_id = p_organisation;
  if not found then
    raise exception 'FORBIDDEN' using errcode = '42501', detail = 'no such registration in this organisation';
  end if;
  return v_job;
end $$;

create function private.save_steps(p_organisation uuid, p_job uuid, p_steps jsonb) returns void
language sql security definer set search_path = '' as $$
  insert into public.registration_job_steps as s (job_id, organisation_id, step_number, step_name, step_type, status, attempt,
    retry_count, sub_step_progress, started_at, completed_at, next_attempt_at, duration_ms, error_code, error_message, result_data)
  select p_job, p_organisation, t.step_number, t.step_name, t.step_type, t.status, t.attempt, t.retry_count, t.sub_step_progress,
    t.started_at, t.completed_at, t.next_attempt_at, t.duration_ms, nullif(t.error_code, ''), nullif(t.error_message, ''), t.result_data
    from pg_catalog.jsonb_to_recordset(p_steps) as t (step_number int, step_name text, step_type text, status text, attempt int,
      retry_count int, sub_step_progress jsonb, started_at timestamptz, completed_at timestamptz, next_attempt_at timestamptz,
      duration_ms int, error_code text, error_message text, result_data jsonb)
  on conflict (job_id, step_number) do update set
    status = excluded.status, attempt = excluded.attempt, retry_count = excluded.retry_count,
    sub_step_progress = excluded.sub_step_progress, started_at = excluded.started_at, completed_at = excluded.completed_at,
    next_attempt_at = excluded.next_attempt_at, duration_ms = excluded.duration_ms, error_code = excluded.error_code,
    error_message = excluded.error_message, result_data = excluded.result_data
$$;

-- Two restaurants that are configured at the same moment must not get the same subdomain (L26).
create function private.check_subdomain(p_organisation uuid, p_restaurant uuid, p_subdomain text) returns void
language plpgsql security definer set search_path = '' as $$
declare v_owner text;
begin
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('subdomain/' || p_subdomain, 0));
  select r.name into v_owner from public.registration_jobs j join public.restaurants r on r.id = j.restaurant_id
   where j.organisation_id = p_organisation and j.subdomain = p_subdomain and j.restaurant_id <> p_restaurant and j.deleted_at is null
   limit 1;
  if found then
    raise exception 'SUBDOMAIN_TAKEN' using errcode = 'RB003',
      detail = pg_catalog.jsonb_build_object('subdomain', p_subdomain, 'restaurant', v_owner)::text;
  end if;
end $$;

create function private.save_job(p_organisation uuid, p_write jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_job public.registration_jobs;
  v_config jsonb := p_write -> 'execution_config';
  v_subdomain text := nullif(p_write #>> '{execution_config,restaurant,subdomain}', '');
begin
  update public.registration_jobs j set
    status = p_write ->> 'status', current_step = (p_write ->> 'current_step')::int,
    execution_config = coalesce(v_config, j.execution_config),
    subdomain = case when v_config is null then j.subdomain else v_subdomain end,
    error_code = nullif(p_write ->> 'error_code', ''), error_message = nullif(p_write ->> 'error_message', ''),
    started_at = (p_write ->> 'started_at')::timestamptz, completed_at = (p_write ->> 'completed_at')::timestamptz,
    cancelled_at = (p_write ->> 'cancelled_at')::timestamptz
  where j.id = (p_write ->> 'id')::uuid and j.organisation_id = p_organisation
    and j.version = (p_write ->> 'expected')::bigint and j.deleted_at is null
  returning * into v_job;
  if not found then
    perform private.does_not_fit('job');
  end if;
  if v_config is not null and v_subdomain is not null then
    perform private.check_subdomain(p_organisation, v_job.restaurant_id, v_subdomain);
  end if;
  perform private.save_steps(p_organisation, v_job.id, p_write -> 'steps');
end $$;

-- A restaurant is in at most one active batch (L19); the lock makes two creators see each other.
create function private.create_batch(p_organisation uuid, p_write jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_batch jsonb := p_write -> 'batch';
  v_job jsonb;
  v_position bigint;
  v_active record;
begin
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('batch/' || p_organisation::text, 0));
  if pg_catalog.jsonb_array_length(p_write -> 'jobs') > 50 then
    raise exception 'BATCH_TOO_LARGE' using errcode = 'RB003', detail = '{}';
  end if;
  insert into public.registration_batch_jobs (id, organisation_id, name, execution_mode, settings, created_at, started_at, cancelled_at,
    status, created_by)
  values ((v_batch ->> 'id')::uuid, p_organisation, v_batch ->> 'name', v_batch ->> 'execution_mode', v_batch -> 'settings',
    coalesce((v_batch ->> 'created_at')::timestamptz, pg_catalog.now()), (v_batch ->> 'started_at')::timestamptz,
    (v_batch ->> 'cancelled_at')::timestamptz, case when v_batch ->> 'started_at' is null then 'pending' else 'in_progress' end, auth.uid());
  for v_job, v_position in select value, ordinality from pg_catalog.jsonb_array_elements(p_write -> 'jobs') with ordinality loop
    if not exists (select from public.restaurants r where r.id = (v_job ->> 'restaurant_id')::uuid
                      and r.organisation_id = p_organisation and r.deleted_at is null) then
      raise exception 'FORBIDDEN' using errcode = '42501', detail = 'no such restaurant in this organisation';
    end if;
    select r.name as restaurant, b.name as batch into v_active
      from public.registration_jobs j
      join public.registration_batch_jobs b on b.id = j.batch_job_id
      join public.restaurants r on r.id = j.restaurant_id
     where j.restaurant_id = (v_job ->> 'restaurant_id')::uuid and j.status in ('pending', 'in_progress', 'action_required')
       and b.cancelled_at is null and j.deleted_at is null
     limit 1;
    if found then
      raise exception 'RESTAURANT_ALREADY_IN_BATCH' using errcode = 'RB003', detail = pg_catalog.to_jsonb(v_active)::text;
    end if;
    if v_job ->> 'status' not in ('pending', 'in_progress') then
      raise exception 'INVALID_STATUS' using errcode = '23514', detail = 'a job begins as pending';
    end if;
    insert into public.registration_jobs (id, batch_job_id, restaurant_id, organisation_id, status, current_step, execution_config,
      error_code, error_message, subdomain, position, created_at, started_at, completed_at)
    values ((v_job ->> 'id')::uuid, (v_batch ->> 'id')::uuid, (v_job ->> 'restaurant_id')::uuid, p_organisation, v_job ->> 'status',
      (v_job ->> 'current_step')::int, coalesce(v_job -> 'execution_config', '{}'), nullif(v_job ->> 'error_code', ''),
      nullif(v_job ->> 'error_message', ''), nullif(v_job #>> '{execution_config,restaurant,subdomain}', ''), v_position,
      coalesce((v_job ->> 'created_at')::timestamptz, pg_catalog.now()), (v_job ->> 'started_at')::timestamptz,
      (v_job ->> 'completed_at')::timestamptz);
    perform private.save_steps(p_organisation, (v_job ->> 'id')::uuid, v_job -> 'steps');
  end loop;
end $$;

create function private.save_batch(p_organisation uuid, p_write jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.registration_batch_jobs b set
    name = p_write ->> 'name', execution_mode = p_write ->> 'execution_mode', settings = p_write -> 'settings',
    started_at = (p_write ->> 'started_at')::timestamptz, cancelled_at = (p_write ->> 'cancelled_at')::timestamptz,
    -- What a batch shows is derived from its jobs; the column only says what people did with it.
    status = case when p_write ->> 'cancelled_at' is not null then 'cancelled'
                  when p_write ->> 'started_at' is not null and b.status in ('draft', 'pending') then 'in_progress' else b.status end
  where b.id = (p_write ->> 'id')::uuid and b.organisation_id = p_organisation
    and b.version = (p_write ->> 'expected')::bigint and b.deleted_at is null;
  if not found then
    perform private.does_not_fit('batch');
  end if;
end $$;

create function private.save_restaurant(p_organisation uuid, p_write jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare v_row public.restaurants := pg_catalog.jsonb_populate_record(null::public.restaurants, p_write -> 'row');
begin
  if p_write ->> 'expected' is null then
    insert into public.restaurants (id, organisation_id,
      name, slug, address, city, email, phone, cuisine, opening_hours, website_url, ubereats_url, doordash_url, facebook_url,
      instagram_url, contact_name, contact_email, contact_phone, user_email, subdomain, theme, primary_color, secondary_color,
      header_images, logos, company_name, company_number, nzbn, gst_number, full_legal_name, additional_contacts_metadata,
      onboarding_status, lead_key)
    values (v_row.id, p_organisation,
      v_row.name, v_row.slug, v_row.address, v_row.city, v_row.email, v_row.phone, v_row.cuisine, v_row.opening_hours,
      v_row.website_url, v_row.ubereats_url, v_row.doordash_url, v_row.facebook_url, v_row.instagram_url, v_row.contact_name,
      v_row.contact_email, v_row.contact_phone, v_row.user_email, v_row.subdomain, v_row.theme, v_row.primary_color,
      v_row.secondary_color, v_row.header_images, v_row.logos, v_row.company_name, v_row.company_number, v_row.nzbn,
      v_row.gst_number, v_row.full_legal_name, v_row.additional_contacts_metadata, v_row.onboarding_status, v_row.lead_key);
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
    lead_key = v_row.lead_key
  where r.id = v_row.id and r.organisation_id = p_organisation and r.deleted_at is null
    and r.version = (p_write ->> 'expected')::bigint;
  if not found then
    perform private.does_not_fit('restaurant');
  end if;
end $$;

create function private.remove_restaurant(p_organisation uuid, p_restaurant uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.restaurants r set deleted_at = pg_catalog.now()
   where r.id = p_restaurant and r.organisation_id = p_organisation and r.deleted_at is null
     and not exists (select from public.registration_jobs j where j.restaurant_id = r.id);
  if not found then
    perform private.does_not_fit('restaurant');
  end if;
end $$;
