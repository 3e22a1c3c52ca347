#!/bin/bash
# First boot of the machine. What is secret goes from Secrets Manager into files on a memory file system, and from there
# into the container; it is on no disk and in no environment.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive AWS_DEFAULT_REGION=${region}
apt-get update -qq && apt-get install -qq --no-install-recommends docker.io awscli jq ca-certificates${length(redis) > 0 ? " stunnel4" : ""}
%{ if length(redis) > 0 ~}

# The service speaks TLS alone, the shop's client plain RESP: stunnel is between them, on the bridge that only containers
# of this machine reach. It checks the service's certificate and name.
bridge=$(docker network inspect bridge -f '{{(index .IPAM.Config 0).Gateway}}')
cat >/etc/stunnel/shop.conf <<TUNNEL
foreground = yes
setuid = stunnel4
setgid = stunnel4
pid =
%{ for server in values(redis) ~}
[redis-${server.port}]
client = yes
accept = $bridge:${server.port}
connect = ${server.endpoint}:6379
verifyChain = yes
CAfile = /etc/ssl/certs/ca-certificates.crt
checkHost = ${server.endpoint}
%{ endfor ~}
TUNNEL
cat >/etc/systemd/system/shop-tunnel.service <<'UNIT'
[Unit]
Description=TLS to the shop's Redis
After=docker.service network-online.target
Requires=docker.service
[Service]
ExecStart=/usr/bin/stunnel /etc/stunnel/shop.conf
Restart=always
RestartSec=2
[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable --now shop-tunnel
%{ endif ~}

cat >/usr/local/sbin/shop-start <<'START'
#!/bin/bash
set -euo pipefail
export AWS_DEFAULT_REGION=${region}
part=$1
files=/run/shop/$part
secret() { aws secretsmanager get-secret-value --secret-id "$1" --query SecretString --output text; }
install -d -m 711 /run/shop "$files"
password=$(secret '${postgres_secret_arn}' | jq -r '.password | @uri')
%{ for name, address in databases ~}
printf 'postgresql://shop:%s@${address}:5432/shop?sslmode=require' "$password" >"$files/${name}"
%{ endfor ~}
secret '${signing_key_arn}' >"$files/signing-key"
%{ for name, server in redis ~}
secret '${server.url_secret_arn}' >"$files/${name}"
%{ endfor ~}
chmod 444 "$files"/*
aws ecr get-login-password | docker login --username AWS --password-stdin "$(cut -d / -f 1 <<<'${image}')"
docker pull -q '${image}'
docker rm -f "$part" 2>/dev/null || true
if [[ $part == shop ]]; then own=(-p 8080:8080); else own=(-e "SHOP_PROCESS_ROLE=$part"); fi
exec docker run --rm --name "$part" --read-only --cap-drop ALL --security-opt no-new-privileges:true --stop-timeout 30 \
    --add-host tunnel:host-gateway "$${own[@]}" -v "$files:/run/secrets:ro" \
%{ for name in concat(keys(databases), keys(redis)) ~}
    -e SHOP_${name}_FILE=/run/secrets/${name} \
%{ endfor ~}
%{ for name, value in settings ~}
    -e SHOP_${name}='${value}' \
%{ endfor ~}
    -e SHOP_PAYMENTS_SIGNING_KEY_FILE=/run/secrets/signing-key '${image}'
START
chmod 700 /usr/local/sbin/shop-start

cat >/etc/systemd/system/shop@.service <<'UNIT'
[Unit]
Description=the shop's program: %i
After=docker.service network-online.target
Requires=docker.service
[Service]
ExecStart=/usr/local/sbin/shop-start %i
ExecStop=/usr/bin/docker stop %i
Restart=always
RestartSec=5
TimeoutStopSec=40
[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable --now ${join(" ", formatlist("shop@%s", parts))}
