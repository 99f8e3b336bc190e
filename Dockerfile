# syntax=docker/dockerfile:1

# Two images from one build:
#   docker build -t grantway .                        the service
#   docker build -t fake-okta --target fake-okta .    the stand-in for Okta, for trials only

FROM rust:1.95-slim-bookworm AS build
# The image's own toolchain, instead of the one with lints that rust-toolchain.toml asks for.
ENV RUSTUP_TOOLCHAIN=1.95.0
WORKDIR /build
COPY . .
# The caches hold downloaded and compiled dependencies from build to build, so the binaries have
# to be copied out of them.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --release --locked --package grantway --package fake-okta --bins \
    && install -D -t /out target/release/grantway target/release/fake-okta

FROM debian:bookworm-slim AS base
# Okta is reached over TLS, checked against the system's certificates.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*
# A number, so that an orchestrator can verify without a user database that it is not root.
USER 10001:10001
WORKDIR /

FROM base AS fake-okta
USER root
# The fake listens on 127.0.0.1 only, as it must; docker-compose.yml opens a door to it.
RUN apt-get update \
    && apt-get install -y --no-install-recommends socat \
    && rm -rf /var/lib/apt/lists/*
USER 10001:10001
COPY --from=build /out/fake-okta /usr/local/bin/fake-okta
ENTRYPOINT ["fake-okta"]

# Last, so that it is what a plain `docker build` makes.
FROM base AS grantway
COPY --from=build /out/grantway /usr/local/bin/grantway
# Inside a container, loopback is reachable from nowhere else. Publish 9464 to your own network
# only: it is meant for operators.
ENV GRANTWAY_LISTEN=0.0.0.0:8080 \
    GRANTWAY_ADMIN_LISTEN=0.0.0.0:9464 \
    GRANTWAY_LOG_FORMAT=json
EXPOSE 8080 9464
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["grantway", "healthcheck", "http://127.0.0.1:9464/readyz"]
# The service finishes what it began on SIGTERM, which is what `docker stop` sends.
ENTRYPOINT ["grantway"]
CMD ["serve"]
