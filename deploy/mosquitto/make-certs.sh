#!/bin/sh
# A certificate authority for a site that has none, the broker's certificate, and one for each user named:
# make-certs.sh FOLDER BROKER-HOST [USER...]. What is there already is kept: run it again for more users, or after deleting one to renew it.
# The authority's key (ca.key) makes anybody a broker or a device: keep it off the broker's machine.
set -eu
[ $# -ge 2 ] || { echo "usage: make-certs.sh FOLDER BROKER-HOST [USER...]" >&2; exit 2; }
umask 077
folder=$1 host=$2
shift 2
for user; do
  case $user in ca|broker|-*|*[!A-Za-z0-9._-]*) echo "make-certs.sh: no name for a user: $user" >&2; exit 2 ;; esac
done
mkdir -p "$folder"
cd "$folder"

key() { [ -f "$1.key" ] || openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>/dev/null; }

# issue NAME COMMON-NAME ALTERNATIVE-NAME USAGE
issue() {
  [ -f "$1.pem" ] && return 0
  key "$1"
  {
    echo "basicConstraints=critical,CA:FALSE"
    echo "keyUsage=critical,digitalSignature"
    echo "extendedKeyUsage=$4"
    echo "subjectAltName=$3"
  } > "$1.ext"
  openssl req -new -key "$1.key" -subj "/CN=$2" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 365 -sha256 -extfile "$1.ext" -out "$1.pem" 2>/dev/null
  rm "$1.csr" "$1.ext"
}

if [ ! -f ca.pem ]; then
  key ca
  openssl req -x509 -new -key ca.key -sha256 -days 3650 -subj "/CN=AnyEcg.Stream site authority" \
    -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign,cRLSign" -out ca.pem
fi

case $host in
  *[!0-9.]*) issue broker "$host" "DNS:$host" serverAuth ;;
  *) issue broker "$host" "IP:$host" serverAuth ;;
esac
for user; do issue "$user" "$user" "DNS:$user" clientAuth; done
