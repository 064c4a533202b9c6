# docker build -t lupe . ; compose.yaml shows how to run it.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data \
    HOST=0.0.0.0

# Pango and a font: what the PDF extra draws with. No versions: an image made anew has what Debian
# mended since.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*

RUN useradd --system --uid 10001 --no-create-home lupe \
    && install --directory --owner=lupe --group=nogroup /data /errors

WORKDIR /app
COPY requirements-pdf.txt ./
RUN python -m pip install --no-cache-dir --require-hashes --requirement requirements-pdf.txt
COPY manage.py ./
COPY portal portal
COPY notices notices
COPY templates templates
COPY static static
COPY locale locale

# By its number, so that a platform sees without the image's own list that it is not root.
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["python", "manage.py", "serve", "--prepare"]
