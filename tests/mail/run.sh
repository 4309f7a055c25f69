#!/usr/bin/env bash
# A real Postfix, then a real Exim (their packages exclude each other), on loopback: the probe against each, beside the log of
# a mail program against it. As root on Debian; anywhere else it says why nothing was asked, and succeeds.
#
#   tests/mail/run.sh [MTMLOG]      default target/debug/mtmlog
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mtmlog=$(realpath "${1:-target/debug/mtmlog}")

not_asked() {
    printf '    not asked: %s\n' "$*"
    exit 0
}
((EUID == 0)) || not_asked 'a mail server is installed and started as root only'
command -v apt-get >/dev/null || not_asked 'there is no apt-get here'

dir=$(mktemp -d)
server=
stop() {
    if [[ -n $server ]]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
        server=
    fi
}
trap 'stop; rm -rf "$dir"' EXIT
# Both servers give up root and read below.
chmod 755 "$dir"

install() {
    dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed' && return
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install --yes -qq --no-install-recommends "$@" \
        >"$dir/apt.log" 2>&1
}
apt-get -o DPkg::Lock::Timeout=600 update -qq >/dev/null 2>&1 || true
for need in curl openssl python3; do
    command -v "$need" >/dev/null || install "$need" || not_asked "$need cannot be installed"
done

# An authority that the store of these runs trusts, and the server's certificate.
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj '/CN=Practice Authority' \
    -keyout "$dir/ca.key" -out "$dir/ca.pem" 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj '/CN=localhost' -keyout "$dir/key.pem" -out "$dir/csr.pem" 2>/dev/null
openssl x509 -req -in "$dir/csr.pem" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -CAcreateserial -days 30 \
    -extfile <(printf 'subjectAltName=DNS:localhost') -out "$dir/cert.pem" 2>/dev/null

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Waits until somebody greets on this port.
greeted() {
    python3 - "$1" <<'END'
import socket, sys, time
for _ in range(600):
    try:
        with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1) as s:
            s.settimeout(30)
            if s.recv(3) == b"220":
                s.sendall(b"QUIT\r\n")
                sys.exit(0)
    except OSError:
        pass
    time.sleep(0.1)
sys.exit("nobody greets")
END
}

# check NAME PORT STORE CAUSE: what the probe says of it, and what the log of curl says, must be this.
check() {
    local name=$1 port=$2 store=$3 cause=$4
    SSL_CERT_FILE=$store "$mtmlog" probe "localhost:$port" --mode plain --patience 60 --format json >"$dir/probe.json" || true
    printf 'Subject: test\r\n\r\ntest\r\n' >"$dir/mail.txt"
    curl --verbose --silent --show-error --noproxy '*' --ssl-reqd --max-time 60 --cacert "$store" \
        --mail-from desk@localhost --mail-rcpt root@localhost --upload-file "$dir/mail.txt" \
        "smtp://localhost:$port" 2>"$dir/curl.log" || true
    "$mtmlog" analyze --all --format json "$dir/curl.log" >"$dir/report.json" || true
    python3 - "$dir" "$name" "$cause" <<'END'
import json, sys
folder, name, cause = sys.argv[1:]
probe, report = (json.load(open(f"{folder}/{file}.json")) for file in ("probe", "report"))
first, mail = probe["attempts"][0], report["transactions"][-1]
seen, logged = first["cause"] or "none", mail["cause"]
stages = [stage["stage"] for stage in first["stages"] if stage["ok"]]
assert (seen, logged) == (cause, cause), f"{name}: the probe says {seen}, the log {logged}, expected {cause}\n{first}"
for stage in ("name", "connect", "greeting", "ehlo", "starttls", "tls", "ehlo-tls"):
    assert stage in stages, f"{name}: {stage} failed: {first}"
assert first["tls"]["version"] in ("TLSv1.2", "TLSv1.3") and first["size"], first
print(f"    {name}: {cause}; {first['tls']['version']}, {first['tls']['cipher']}, SIZE {first['size']}, AUTH {first['auth']}")
END
}

both() {
    # Nobody listens on the port that was free a moment ago but the server.
    check "$1, its authority trusted" "$2" "$dir/ca.pem" none
    check "$1, its authority unknown" "$2" /etc/ssl/certs/ca-certificates.crt tls.untrusted
}

postfix_here() {
    install postfix || return
    local port=$1 conf=$dir/postfix daemons
    daemons=$(postconf -d -h daemon_directory)
    mkdir -p "$conf" "$dir/spool" "$dir/data"
    chown postfix "$dir/data"
    cat >"$conf/main.cf" <<END
compatibility_level = 3.6
queue_directory = $dir/spool
data_directory = $dir/data
command_directory = /usr/sbin
daemon_directory = $daemons
mail_owner = postfix
setgid_group = postdrop
myhostname = localhost
mydestination = localhost
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_tls_security_level = may
smtpd_tls_cert_file = $dir/cert.pem
smtpd_tls_key_file = $dir/key.pem
smtpd_relay_restrictions = permit_mynetworks, reject
local_recipient_maps =
local_transport = discard
maillog_file =
END
    cat >"$conf/master.cf" <<END
127.0.0.1:$port inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
discard unix - - n - - discard
END
    postfix -c "$conf" check >"$dir/postfix.log" 2>&1 || true
    "$daemons/master" -c "$conf" -d >"$dir/postfix.log" 2>&1 &
    server=$!
}

exim_here() {
    install exim4-daemon-light || return
    local port=$1
    mkdir -p "$dir/exim"
    chown -R Debian-exim "$dir/exim"
    chmod 644 "$dir/key.pem"
    cat >"$dir/exim.conf" <<END
exim_user = Debian-exim
exim_group = Debian-exim
spool_directory = $dir/exim
log_file_path = $dir/exim/%slog
pid_file_path = $dir/exim/pid
primary_hostname = localhost
daemon_smtp_ports = $port
local_interfaces = 127.0.0.1
tls_advertise_hosts = *
tls_certificate = $dir/cert.pem
tls_privatekey = $dir/key.pem
message_size_limit = 11000000
acl_smtp_rcpt = accept
queue_only = true
begin routers
away:
  driver = accept
  transport = away
begin transports
away:
  driver = appendfile
  file = /dev/null
  user = Debian-exim
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_condition = no
  server_advertise_condition = \${if def:tls_in_cipher}
END
    exim4 -C "$dir/exim.conf" -bdf >"$dir/exim.log" 2>&1 &
    server=$!
}

for name in Postfix Exim; do
    port=$(free_port)
    if [[ $name == Postfix ]]; then postfix_here "$port" || not_asked "$name cannot be installed"; else
        exim_here "$port" || not_asked "$name cannot be installed"
    fi
    if ! greeted "$port"; then
        cat "$dir"/{postfix,exim}.log 2>/dev/null >&2 || true
        exit 1
    fi
    both "$name" "$port"
    stop
done
