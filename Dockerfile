# The program in a slim image, as a user without rights. Everything comes from the lock by hash.
#
#     docker build -t reconciler .
#     docker run --rm -v "$PWD:/work" -e ALTCRAFT_READ_TOKEN reconciler plan -t production
FROM python:3.11-slim AS build
COPY requirements/all.txt /tmp/all.txt
RUN python -m venv /opt/reconciler \
    && /opt/reconciler/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/all.txt
COPY reconciler /opt/reconciler/lib/python3.11/site-packages/reconciler
RUN printf '#!/bin/sh\nexec /opt/reconciler/bin/python -P -m reconciler "$@"\n' > /opt/reconciler/bin/reconciler \
    && chmod +x /opt/reconciler/bin/reconciler \
    && /opt/reconciler/bin/python -m compileall -q /opt/reconciler/lib/python3.11/site-packages/reconciler

FROM python:3.11-slim
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin reconciler
COPY --from=build /opt/reconciler /opt/reconciler
ENV PATH=/opt/reconciler/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 10001
WORKDIR /work
ENTRYPOINT ["reconciler"]
CMD ["--help"]
