# The bridge as a container: built with everything, run with what it needs. Its tree may be mounted read-only; what must
# survive lies in /app/data.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm ci --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json otel-config.yaml LICENSE ./
COPY dashboards/compose/otel-config.yaml ./dashboards/compose/otel-config.yaml
# The one folder that is written to belongs to the user that runs; nobody else reads it.
RUN install --directory --owner=node --group=node --mode=0700 data
USER 1000:1000
VOLUME /app/data
# Loopback inside the container: neither the port nor the answer is there for anybody else.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:13133/').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/collector/main.js"]
CMD ["run", "--config", "otel-config.yaml"]
