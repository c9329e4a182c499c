-- The organisation's key for sealed passwords can be changed: new values are sealed with the newest, older ones stay readable.

create or replace function private.organisation_key(p_organisation uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare v_newest int;
begin
  perform private.require_member(p_organisation);
  insert into private.organisation_keys (organisation_id, key)
  values (p_organisation, private.new_key()) on conflict do nothing;
  select max(k.key_version) into v_newest from private.organisation_keys k where k.organisation_id = p_organisation;
  insert into private.key_releases (organisation_id, user_id, key_version) values (p_organisation, auth.uid(), v_newest);
  return pg_catalog.jsonb_build_object('key_version', v_newest,
    'keys', (select pg_catalog.jsonb_object_agg(k.key_version, pg_catalog.encode(k.key, 'base64'))
               from private.organisation_keys k where k.organisation_id = p_organisation));
end $$;

create function private.new_key() returns bytea language sql volatile set search_path = '' as $$
  select pg_catalog.sha256(pg_catalog.uuid_send(pg_catalog.gen_random_uuid()) || pg_catalog.uuid_send(pg_catalog.gen_random_uuid())
    || pg_catalog.uuid_send(pg_catalog.gen_random_uuid()))
$$;

-- For the administrator, in the SQL editor. Desktops and workers take the new key when they connect the next time.
create function private.rotate_organisation_key(p_organisation uuid) returns int
language sql volatile security definer set search_path = '' as $$
  insert into private.organisation_keys (organisation_id, key_version, key)
  select p_organisation, coalesce(max(k.key_version), 0) + 1, private.new_key()
    from private.organisation_keys k where k.organisation_id = p_organisation
  returning key_version
$$;
revoke execute on function private.new_key(), private.rotate_organisation_key(uuid) from public, anon, authenticated;

alter table public.sync_meta alter column schema_version set default 4;
update public.sync_meta set schema_version = 4;
