-- What the data API can call: thin doors without rights of their own before the functions in `private`.

create function public.apply_change_set(p_organisation uuid, p_mutation_id text, p_writes jsonb, p_lease jsonb default null)
returns jsonb language sql security invoker set search_path = '' as $$
  select private.apply_change_set(p_organisation, p_mutation_id, p_writes, p_lease)
$$;
create function public.acquire_lease(p_organisation uuid, p_resource text, p_instance text, p_ttl_s double precision)
returns jsonb language sql security invoker set search_path = '' as $$
  select private.acquire_lease(p_organisation, p_resource, p_instance, p_ttl_s)
$$;
create function public.renew_lease(p_organisation uuid, p_resource text, p_instance text, p_token bigint, p_ttl_s double precision)
returns jsonb language sql security invoker set search_path = '' as $$
  select private.renew_lease(p_organisation, p_resource, p_instance, p_token, p_ttl_s)
$$;
create function public.release_lease(p_organisation uuid, p_resource text, p_instance text, p_token bigint)
returns void language sql security invoker set search_path = '' as $$
  select private.release_lease(p_organisation, p_resource, p_instance, p_token)
$$;
create function public.claim_jobs(p_organisation uuid, p_instance text, p_ttl_s double precision, p_limit int, p_running uuid[])
returns jsonb language sql security invoker set search_path = '' as $$
  select private.claim_jobs(p_organisation, p_instance, p_ttl_s, p_limit, p_running)
$$;

-- Row level security answers a stranger with nothing; this says why.
create function public.require_membership(p_organisation uuid) returns void
language sql security invoker set search_path = '' as $$ select private.require_member(p_organisation) $$;

-- The caller's organisations with whether the membership was taken back; a super admin gets all.
create function private.organisations_of_caller() returns jsonb language sql stable security definer set search_path = '' as $$
  select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('id', o.id, 'name', o.name,
      'role', case when m.user_id is null then 'super_admin' else m.role end, 'revoked', m.revoked_at is not null) order by o.name), '[]')
    from public.organisations o
    left join public.organisation_members m on m.organisation_id = o.id and m.user_id = (select auth.uid())
   where m.user_id is not null or (select private.is_super_admin())
$$;
create function public.my_organisations() returns jsonb language sql stable security invoker set search_path = '' as $$
  select private.organisations_of_caller()
$$;

-- The organisation's key for sealed secrets: made at the first call, released to members, every release noted.
create table private.organisation_keys (
  organisation_id uuid not null references public.organisations (id) on delete cascade,
  key_version int not null default 1,
  key bytea not null,
  created_at timestamptz not null default now(),
  primary key (organisation_id, key_version)
);
create table private.key_releases (
  id bigint generated always as identity primary key,
  organisation_id uuid not null,
  user_id uuid not null,
  key_version int not null,
  released_at timestamptz not null default now()
);
create function private.organisation_key(p_organisation uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare v_key private.organisation_keys;
begin
  perform private.require_member(p_organisation);
  insert into private.organisation_keys (organisation_id, key)
  values (p_organisation, pg_catalog.sha256(pg_catalog.uuid_send(pg_catalog.gen_random_uuid()) || pg_catalog.uuid_send(pg_catalog.gen_random_uuid())
    || pg_catalog.uuid_send(pg_catalog.gen_random_uuid())))
  on conflict do nothing;
  select * into v_key from private.organisation_keys k where k.organisation_id = p_organisation order by k.key_version desc limit 1;
  insert into private.key_releases (organisation_id, user_id, key_version) values (p_organisation, auth.uid(), v_key.key_version);
  return pg_catalog.jsonb_build_object('key_version', v_key.key_version, 'key', pg_catalog.encode(v_key.key, 'base64'));
end $$;
create function public.organisation_key(p_organisation uuid) returns jsonb
language sql security invoker set search_path = '' as $$ select private.organisation_key(p_organisation) $$;

-- Answers that nobody will ask for again; for a nightly job of the administrator.
create function private.prune_history() returns void language sql security definer set search_path = '' as $$
  delete from public.applied_mutations where applied_at < pg_catalog.now() - interval '90 days';
$$;

revoke execute on all functions in schema private from public, anon, authenticated;
grant execute on function private.my_organisations(), private.is_super_admin(), private.organisation_key(uuid),
  private.require_member(uuid), private.organisations_of_caller(),
  private.apply_change_set(uuid, text, jsonb, jsonb), private.acquire_lease(uuid, text, text, double precision),
  private.renew_lease(uuid, text, text, bigint, double precision), private.release_lease(uuid, text, text, bigint),
  private.claim_jobs(uuid, text, double precision, int, uuid[]) to authenticated;
revoke execute on function public.batch_overview(uuid, timestamptz, uuid, int, uuid), public.lead_overview(uuid, text, uuid, int),
  public.taken_subdomains(uuid, text), public.batch_places(uuid), public.companies_taken(uuid), public.step_seconds(uuid), public.server_now(), public.pull_changes(uuid, uuid, text, int, text, int),
  public.apply_change_set(uuid, text, jsonb, jsonb), public.acquire_lease(uuid, text, text, double precision),
  public.renew_lease(uuid, text, text, bigint, double precision), public.release_lease(uuid, text, text, bigint),
  public.claim_jobs(uuid, text, double precision, int, uuid[]), public.organisation_key(uuid), public.require_membership(uuid), public.my_organisations() from public, anon;
grant execute on function public.batch_overview(uuid, timestamptz, uuid, int, uuid), public.lead_overview(uuid, text, uuid, int),
  public.taken_subdomains(uuid, text), public.batch_places(uuid), public.companies_taken(uuid), public.step_seconds(uuid), public.server_now(), public.pull_changes(uuid, uuid, text, int, text, int),
  public.apply_change_set(uuid, text, jsonb, jsonb), public.acquire_lease(uuid, text, text, double precision),
  public.renew_lease(uuid, text, text, bigint, double precision), public.release_lease(uuid, text, text, bigint),
  public.claim_jobs(uuid, text, double precision, int, uuid[]), public.organisation_key(uuid), public.require_membership(uuid), public.my_organisations() to authenticated;

-- Realtime tells that something changed; what changed is pulled.
do $$
begin
  if exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime') then
    alter publication supabase_realtime add table public.registration_jobs, public.registration_batch_jobs;
  end if;
end $$;
