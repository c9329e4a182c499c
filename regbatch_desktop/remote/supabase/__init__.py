"""The team workspace: a Supabase project behind the BatchStore port, sign-in, and what changed there."""
