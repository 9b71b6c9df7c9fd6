# docker build -t qkv . && docker run --rm -v "$PWD:/data" qkv attend --demo
FROM node:22-slim AS build
WORKDIR /qkv
COPY . .
RUN npm ci && mv "$(npm pack --silent)" /qkv.tgz

FROM node:22-slim
COPY --from=build /qkv.tgz /tmp/qkv.tgz
RUN npm install --global /tmp/qkv.tgz && rm /tmp/qkv.tgz
WORKDIR /data
ENTRYPOINT ["qkv"]
