# The application's image: web, worker, beat and migrate all run from it (commands: Procfile).
FROM python:3.13-slim-bookworm AS build
WORKDIR /app
COPY requirements requirements
RUN pip install --no-cache-dir --require-hashes -r requirements/setup.lock \
    && uv venv /venv \
    && uv pip install --python /venv/bin/python --require-hashes -r requirements/base.lock \
    && uv pip install --system --require-hashes -r requirements/node.lock
COPY . .
RUN python dev/build_assets.py
# Nothing is connected to while static files are collected; the settings only want to be complete.
RUN SECRET_KEY=used-only-while-this-image-is-built-and-never-to-sign-anything DATABASE_URL=postgres://build/build REDIS_URL=redis://build \
    /venv/bin/python manage.py collectstatic --no-input

FROM python:3.13-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin app \
    && install --directory --owner app /media
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app/build/collected build/collected
COPY . .
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 MEDIA_ROOT=/media
USER app
EXPOSE 8000
