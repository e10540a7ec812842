-- The two roles of the application and its database. Run once, by psql as the server's superuser, on an empty server:
-- by dev/services.py for the demonstration and the tests, by the PostgreSQL container at its first start.
--   ij_owner  owns the database and everything in it; only `manage.py migrate` uses it.
--   ij_web    what web, worker and beat run as. It owns nothing and can create nothing; what it may do to
--             which table is granted by the migrations.
\set ON_ERROR_STOP on
\getenv owner_password IJ_OWNER_PASSWORD
\getenv web_password IJ_WEB_PASSWORD
CREATE ROLE ij_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE ij_web LOGIN PASSWORD :'web_password';
CREATE DATABASE ij OWNER ij_owner;
REVOKE ALL ON DATABASE ij FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE ij TO ij_web;
