# Redis from a Debian release's packages, with the ids of the official image: they are made before the package would
# choose its own.
ARG SUITE
FROM debian:${SUITE}-slim
RUN echo "redis:x:999:" >>/etc/group \
    && echo "redis:x:999:999::/data:/usr/sbin/nologin" >>/etc/passwd \
    && apt-get update \
    && apt-get install -y --no-install-recommends redis-server redis-tools tzdata \
    && install -d -o 999 -g 999 /data \
    && rm -rf /etc/redis /var/lib/redis /var/log/* /var/cache/* /var/lib/apt/lists
WORKDIR /data
EXPOSE 6379
USER redis
CMD ["redis-server"]
